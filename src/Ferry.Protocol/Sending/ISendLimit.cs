using Ferry.Protocol.Values;

namespace Ferry.Protocol.Sending;

/// <summary>What a user lets one link send. Several links share a limit, and each has a lock of its own.</summary>
public interface ISendLimit
{
    /// <summary>How long no body may be written; null when one may now.</summary>
    TimeSpan? Wait(Instant now);

    /// <summary>Bytes of a body that may be written at a time.</summary>
    int BytesAtOnce { get; }

    void OnSent(Instant now, int bytes);
}

/// <summary>Any rate is allowed.</summary>
public sealed class NoSendLimit : ISendLimit
{
    public static readonly NoSendLimit Instance = new();

    private NoSendLimit() { }

    public int BytesAtOnce => int.MaxValue;
    public TimeSpan? Wait(Instant now) => null;
    public void OnSent(Instant now, int bytes) { }
}
