using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// What is sent again after a single crash is at most one window: all that holders sealed for a requester, less the
/// content's size. Only for scenarios with one holder, which switch it on and say how many losses there are.
/// </summary>
internal sealed class ResentIsBounded(SimWorld world) : Checker
{
    private readonly SortedDictionary<(NodeId Requester, ContentId Content), Sums> _sums = [];
    private readonly Dictionary<TransferId, ContentId> _contents = [];

    public bool IsOn { get; set; }

    /// <summary>Each crash, and each link that is lost, may cost a window.</summary>
    public int LossesMax { get; set; } = 1;

    public override void Queued(LinkEnd end, Message message)
    {
        if (message is TransferRequest request && request.Envelope.Source == end.Node.Id)
        {
            _contents[request.Transfer] = request.Content;
            SumsOf(request.Envelope.Source, request.Content).Widen(request.WindowBytes);
        }
        if (message is Ack ack && ack.Envelope.Source == end.Node.Id
            && _contents.TryGetValue(ack.Transfer, out var content))
            SumsOf(ack.Envelope.Source, content).Widen(ack.WindowBytes);
    }

    public override void Sealed(SimNode node, LinkId link, FileTransfer head)
    {
        if (_contents.TryGetValue(head.Transfer, out var content))
            SumsOf(head.Envelope.Destination, content).Sent += head.PieceBytes;
    }

    public override void AtRest()
    {
        if (!IsOn) return;
        foreach (var ((requester, id), sums) in _sums)
        {
            var content = world.Contents[id];
            var resent = sums.Sent - content.Bytes.Length;
            if (resent > sums.Window * LossesMax)
                throw new SimFailure(
                    $"resent: {resent} bytes of {content.Name} went to {world.Find(requester)!.Name} again, "
                    + $"window {sums.Window}");
        }
    }

    private Sums SumsOf(NodeId requester, ContentId content)
    {
        if (!_sums.TryGetValue((requester, content), out var sums)) _sums.Add((requester, content), sums = new Sums());
        return sums;
    }

    private sealed class Sums
    {
        public long Sent { get; set; }
        public long Window { get; private set; }

        public void Widen(long windowBytes) => Window = Math.Max(Window, windowBytes);
    }
}
