namespace Ferry.Storage.Downloads;

/// <summary>The state of an arriving chunk in its partial file.</summary>
internal enum ChunkFate { Wanted, Written, Durable, Refused }
