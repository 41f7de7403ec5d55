namespace Ferry.Storage.Downloads;

/// <summary>What a partial file knows of a chunk that comes.</summary>
internal enum ChunkFate { Wanted, Written, Durable, Refused }
