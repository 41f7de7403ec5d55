using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// What waits for a link is bounded. Bulk: the windows of the transfers that go over it (a relay passes on whatever
/// comes, and the requester's window bounds what can come), and one more for each time that a requester asked again
/// while the old copies were still on their way. Control: more than any run with few nodes may need.
/// </summary>
internal sealed class QueuesAreBounded(SimWorld world) : Checker
{
    private const int ControlBytesMax = 512 * 1024;
    private const int PiecesMax = 4_096;

    private readonly Dictionary<TransferId, long> _windows = [];
    private long _askedAgain;

    public override void Queued(LinkEnd end, Message message)
    {
        if (message is TransferRequest request)
        {
            Widen(request.Transfer, request.WindowBytes);
            if (request.Again && request.Envelope.Source == end.Node.Id) _askedAgain += request.WindowBytes;
        }
        if (message is Ack ack) Widen(ack.Transfer, ack.WindowBytes);
        if (end.ControlBytesQueued > ControlBytesMax)
            throw new SimFailure(
                $"queues: {end.ControlBytesQueued} bytes of control wait for {end.Link} of {end.Node.Name}");
        // What the network itself doubles comes on top.
        if (message is not FileTransfer || world.Reached.Counts.ContainsKey(Rare.ReplayedMessage)) return;
        var bound = _windows.Values.Sum() + _askedAgain + WireLimits.BodyBytesMax;
        if (end.BulkBytesQueued > bound)
            throw new SimFailure(
                $"queues: {end.BulkBytesQueued} body bytes wait for {end.Link} of {end.Node.Name}, bound {bound}");
    }

    public override void AfterStep()
    {
        foreach (var node in world.Nodes)
            if (node.Storage is { PiecesWaiting: > PiecesMax } storage)
                throw new SimFailure($"queues: {storage.PiecesWaiting} pieces wait for the disk of {node.Name}");
    }

    private void Widen(TransferId transfer, long windowBytes) =>
        _windows[transfer] = Math.Max(windowBytes, _windows.GetValueOrDefault(transfer));
}
