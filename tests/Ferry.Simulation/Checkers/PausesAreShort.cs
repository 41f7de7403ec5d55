using Ferry.Protocol;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// Once the ends of a lost link have noticed it, a transfer that another link can carry goes on within 2 s, and goes on
/// without a pause of 2 s. Only for scenarios with one download and always another way, which switch it on.
/// </summary>
internal sealed class PausesAreShort(SimWorld world) : Checker
{
    private const long PauseMax = 2_000_000;
    private const long Watched = 12_000_000;

    private long? _noticed;
    private long _lastPiece;
    private bool _isRunning;

    public bool IsOn { get; set; }

    /// <summary>How many losses were noticed while a transfer was running.</summary>
    public int Losses { get; private set; }

    /// <summary>A new fault: what it brings to a standstill before it is noticed is not judged.</summary>
    public void OnFault() => _noticed = null;

    public override void BeforeInput(SimNode node, Input input)
    {
        if (!IsOn) return;
        switch (input)
        {
            case Input.LinkDown when _isRunning:
                _noticed = world.Now;
                Losses++;
                break;
            case Input.Received { Message: FileTransfer piece } when piece.Envelope.Destination == node.Id:
                Judge("goes on");
                (_isRunning, _lastPiece) = (true, world.Now);
                break;
        }
    }

    public override void Told(SimNode node, Notice notice)
    {
        if (!IsOn || notice is not Notice.DownloadCompleted) return;
        Judge("ends");
        _isRunning = false;
        OnFault();
    }

    private void Judge(string what)
    {
        if (_noticed is not { } noticed || noticed + Watched < _lastPiece) return;
        var pause = world.Now - Math.Max(noticed, _lastPiece);
        if (pause > PauseMax)
            throw new SimFailure($"pauses: the transfer {what} {pause / 1e6:F1} s after a lost link or the last piece");
    }
}
