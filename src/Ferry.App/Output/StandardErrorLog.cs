using Microsoft.Extensions.Logging;

namespace Ferry.App.Output;

/// <summary>Log lines on standard error: time, level, room, text; or, for programs, one JSON object each.</summary>
internal sealed class StandardErrorLog(TextWriter error, TimeProvider time, LogLevel least, bool isJson = false)
    : ILoggerFactory
{
    private readonly Lock _oneLine = new();

    public ILogger CreateLogger(string categoryName) => new Room(this, categoryName);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("There is one place for the log, and this is it.");

    public void Dispose() { }

    private void Write(string line)
    {
        lock (_oneLine) error.WriteLine(line);
    }

    private void Write(string room, LogLevel level, string text, Exception? exception)
    {
        var line = $"{time.GetLocalNow():HH:mm:ss.fff} {Name(level)} {room}: {SafeText.Clean(text)}";
        lock (_oneLine)
        {
            error.WriteLine(line);
            if (exception is not null)
            {
                error.WriteLine(string.Join('\n', exception.ToString().Split('\n').Select(SafeText.Clean)));
            }
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "ERROR",
        LogLevel.Warning => "warn ",
        LogLevel.Information => "info ",
        _ => "debug",
    };

    private sealed class Room(StandardErrorLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= log.Least && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var text = formatter(state, exception);
            if (log.IsJson)
            {
                var values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
                log.Write(JsonLogLine.Of(log.Now, logLevel, name, eventId.Id, text, values, exception));
            }
            else log.Write(name, logLevel, text, exception);
        }
    }

    private LogLevel Least { get; } = least;
    private bool IsJson { get; } = isJson;
    private DateTimeOffset Now => time.GetUtcNow();
}
