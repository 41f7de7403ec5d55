using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// When a relay is gone for good and there is another path, pieces reach the requester again in less than 2 s after the
/// loss was noticed. Only for scenarios that take a relay away, which arm it.
/// </summary>
internal sealed class PathIsReplaced(SimWorld world) : Checker
{
    public const long LimitMicroseconds = 2_000_000;

    private readonly HashSet<SimNode> _unaware = [];
    private long? _noticedAt;

    /// <summary>The relay goes now: these must notice.</summary>
    public void Arm(params SimNode[] neighbours) => _unaware.UnionWith(neighbours);

    public override void BeforeInput(SimNode node, Input input)
    {
        if (input is not Input.LinkDown || !_unaware.Remove(node) || _unaware.Count > 0) return;
        _noticedAt = world.Now;
        world.After(LimitMicroseconds, () =>
        {
            if (_noticedAt is not null)
                throw new SimFailure("path: no piece has reached the requester 2 s after the relay's loss was noticed");
        });
    }

    public override void Crossed(LinkEnd end, Message message)
    {
        var isPiece = message is FileTransfer piece && piece.Envelope.Destination == end.Node.Id;
        if (_noticedAt is null || !isPiece) return;
        _noticedAt = null;
        world.Reached.Note(Rare.ReplacedPath);
    }

    public override void Told(SimNode node, Notice notice)
    {
        if (notice is Notice.DownloadCompleted) _noticedAt = null;
    }
}
