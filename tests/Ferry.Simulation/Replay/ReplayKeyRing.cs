using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Transfer;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Simulation.Replay;

/// <summary>Says what the recorded key ring and network said, as long as it is asked what that one was asked.</summary>
internal sealed class ReplayKeyRing : ISealKeyRing, INetworkSeals
{
    private readonly Queue<SealCall> _calls = [];

    /// <summary>What was recorded and not asked for (yet).</summary>
    public int Left => _calls.Count;

    public void Load(IEnumerable<SealCall> calls)
    {
        _calls.Clear();
        foreach (var call in calls) _calls.Enqueue(call);
    }

    public byte[] Offer(TransferId transfer, ContentId content, NodeId holder)
    {
        var call = Next<SealCall.Offered>(transfer, call => call.Transfer);
        return call.Offer.ToArray();
    }

    public byte[]? Answer(TransferId transfer, ContentId content, NodeId requester, ReadOnlySpan<byte> offer) =>
        Next<SealCall.Answered>(transfer, call => call.Transfer).Answer?.ToArray();

    public bool Complete(TransferId transfer, NodeId holder, ReadOnlySpan<byte> answer) =>
        Next<SealCall.Completed>(transfer, call => call.Transfer).IsValid;

    public byte[] Tag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said) =>
        Next<SealCall.Tagged>(transfer, call => call.Transfer).Tag.ToArray();

    public bool IsTag(TransferId transfer, SessionEnd speaker, ReadOnlySpan<byte> said, ReadOnlySpan<byte> tag) =>
        Next<SealCall.Compared>(transfer, call => call.Transfer).IsTag;

    public byte[] Sign(TransferId transfer, ContentId content, NodeId other, byte word) =>
        Next<SealCall.Signed>(transfer, call => call.Transfer).Proof.ToArray();

    public bool IsSigned(
        TransferId transfer, ContentId content, NodeId signer, byte word, ReadOnlySpan<byte> proof) =>
        Next<SealCall.Checked>(transfer, call => call.Transfer).IsSigned;

    public void Forget(TransferId transfer) => Next<SealCall.Forgotten>(transfer, call => call.Transfer);

    public bool IsMember() => Next<SealCall.MemberAsked>("").IsMember;

    public RoutedMessage? Seal(RoutedMessage message) => Next<SealCall.Boxed>($"of {message.Type}").Message;

    public RoutedMessage? Open(RoutedMessage message) => Next<SealCall.Unboxed>($"of {message.Type}").Message;

    public PeerStanding StandingOf(NodeId node)
    {
        var call = Next<SealCall.StandingAsked>($"of {node.Short}");
        return call.Node == node ? call.Standing : throw Difference<SealCall.StandingAsked>($"of {node.Short}", call);
    }

    private TCall Next<TCall>(string what) where TCall : SealCall =>
        _calls.TryDequeue(out var recorded) && recorded is TCall call ? call : throw Difference<TCall>(what, recorded);

    private static ReplayDifferenceException Difference<TCall>(string what, SealCall? recorded) => new(
        $"the key ring is asked for {typeof(TCall).Name} {what}; recorded: {recorded?.ToString() ?? "none"}");

    private TCall Next<TCall>(TransferId transfer, Func<TCall, TransferId> transferOf) where TCall : SealCall
    {
        if (_calls.TryDequeue(out var recorded) && recorded is TCall call && transferOf(call) == transfer) return call;
        throw Difference<TCall>($"{transfer}", recorded);
    }
}
