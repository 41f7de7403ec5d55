namespace Ferry.Storage.Downloads;

/// <summary>The outcome of reading a piece from a partial file.</summary>
internal enum ReadOutcome { Done, NotHere, NotNow, Failed }
