using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Home;

/// <summary>
/// What the keeper of a node should know although no command asked for it. Logged for services; kept for those whose
/// terminal is a shell, where no log is shown.
/// </summary>
internal sealed partial class Warnings(ILogger log)
{
    public const int KeptMax = 100;

    private readonly Lock _gate = new();
    private readonly Queue<string> _kept = new();

    /// <summary>The latest last.</summary>
    public IReadOnlyList<string> All
    {
        get { lock (_gate) return [.. _kept]; }
    }

    public void Add(string warning)
    {
        Tell(log, warning);
        lock (_gate)
        {
            if (_kept.Count == KeptMax) _kept.Dequeue();
            _kept.Enqueue(warning);
        }
    }

    [LoggerMessage(3102, LogLevel.Warning, "{Warning}")]
    private static partial void Tell(ILogger log, string warning);
}
