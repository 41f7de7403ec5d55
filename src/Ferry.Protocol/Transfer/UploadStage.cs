using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Transfer;

/// <summary>How far an upload has come; each stage has what only it needs. docs/protocol.md §6.6.</summary>
/// <param name="name">Under which the content is offered; empty until the log is flushed.</param>
internal abstract class UploadStage(string name, long contentBytes)
{
    public string Name { get; } = name;
    public long ContentBytes { get; } = contentBytes;
    public abstract TransferState State { get; }

    /// <summary>The word as the requester can believe it; as it is when this node has no keys (any more).</summary>
    public virtual SessionWord Prove(SessionWord word) => word;
}

/// <summary>The log entry is being flushed: nothing is sent before it is durable.</summary>
internal sealed class OpeningUpload(SessionChannel channel) : UploadStage("", 0)
{
    public override TransferState State => TransferState.Starting;
    public SessionChannel Channel { get; } = channel;

    /// <summary>Requests that came before the entry was durable.</summary>
    public List<TransferRequest> Early { get; } = [];

    public override SessionWord Prove(SessionWord word) => Channel.Prove(word);
}

/// <summary>In the log, but without keys: nothing is sent until the requester opens a new session.</summary>
internal sealed class ResumingUpload(string name, long contentBytes) : UploadStage(name, contentBytes)
{
    public override TransferState State => TransferState.Resuming;
}
