namespace Ferry.Storage.Store;

/// <summary>What a partial file knows of a chunk that comes.</summary>
internal enum ChunkFate { Wanted, Written, Durable, Unwelcome }

/// <summary>What came of reading a piece out of a partial file.</summary>
internal enum ReadOutcome { Done, NotHere, NotNow, Failed }
