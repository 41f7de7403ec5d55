using Ferry.Runtime.Links;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class RefusalLogTests
{
    private readonly TestClock _time = new();
    private readonly LineLog _log = new();
    private readonly RefusalLog _refusals;

    public RefusalLogTests() => _refusals = new RefusalLog(_time, _log);

    private List<string> Lines => _log.Lines;

    [Fact]
    public void Host_has_a_line_a_minute_and_the_rest_is_counted()
    {
        for (var n = 0; n < 1000; n++) _refusals.Tell($"tcp://10.0.0.1:{n}", "no");
        _refusals.Tell("tcp://10.0.0.2:1", "no");
        Assert.Equal(2, Lines.Count);

        _time.Advance(RefusalLog.Every);
        _refusals.Tell("tcp://10.0.0.1:5", "no");
        Assert.Contains("999", Lines[^1], StringComparison.Ordinal);
        Assert.Equal(3, Lines.Count);
    }

    [Fact]
    public void Many_hosts_have_a_bound_together()
    {
        for (var n = 0; n < 10_000; n++) _refusals.Tell($"tcp://10.{n / 65536}.{n / 256 % 256}.{n % 256}:1", "no");
        Assert.Equal(RefusalLog.LinesMax, Lines.Count);
        _time.Advance(RefusalLog.Every);
        for (var n = 0; n < 10_000; n++) _refusals.Tell($"tcp://11.{n / 65536}.{n / 256 % 256}.{n % 256}:1", "no");
        Assert.Equal(2 * RefusalLog.LinesMax, Lines.Count);
    }

    private sealed class LineLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
