namespace Ferry.Storage.Downloads;

/// <summary>What came of reading a piece out of a partial file.</summary>
internal enum ReadOutcome { Done, NotHere, NotNow, Failed }
