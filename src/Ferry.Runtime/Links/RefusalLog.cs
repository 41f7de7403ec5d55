using Ferry.Transports;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Links;

/// <summary>
/// Logs connections that got no link, at most one line a minute for each origin of addresses and thirty in all: the
/// size of a log is not for strangers to choose. What was left out is counted in the next line of the same origin.
/// </summary>
internal sealed class RefusalLog(TimeProvider time, ILogger log)
{
    public const int OriginsMax = 256;
    public const int LinesMax = 30;
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Told> _origins = new(StringComparer.Ordinal);
    private readonly Queue<long> _lines = new();

    public void Tell(string address, string reason)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            while (_lines.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= Every) _lines.Dequeue();
            var origin = AddressOrigin.Of(address);
            var isKnown = _origins.TryGetValue(origin, out var told);
            if (_lines.Count >= LinesMax || (isKnown && time.GetElapsedTime(told.At, now) < Every))
            {
                if (isKnown) _origins[origin] = told with { LeftOut = told.LeftOut + 1 };
                return;
            }
            if (!isKnown && _origins.Count >= OriginsMax) _origins.Remove(_origins.MinBy(it => it.Value.At).Key);
            _origins[origin] = new Told(now, 0);
            _lines.Enqueue(now);
            if (told.LeftOut == 0) LinkLog.NotAccepted(log, address, reason);
            else LinkLog.NotAcceptedAgain(log, address, reason, told.LeftOut);
        }
    }

    private readonly record struct Told(long At, int LeftOut);
}
