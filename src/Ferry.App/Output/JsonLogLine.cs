using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Ferry.App.Output;

/// <summary>
/// A line of the log as a JSON object: <c>time</c>, <c>level</c>, <c>room</c>, <c>event</c> (the number of the kind of
/// line), <c>text</c> (as a person would read it), then the values of which the text is made, each under its name.
/// </summary>
internal static class JsonLogLine
{
    private static readonly string[] Own = ["time", "level", "room", "event", "text", "exception"];

    public static string Of(
        DateTimeOffset time, LogLevel level, string room, int eventId, string text,
        IEnumerable<KeyValuePair<string, object?>> values, Exception? exception)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", time.ToUniversalTime());
            json.WriteString("level", Name(level));
            json.WriteString("room", room);
            json.WriteNumber("event", eventId);
            json.WriteString("text", text);
            foreach (var (name, value) in values) Write(json, JsonNamingPolicy.CamelCase.ConvertName(name), value);
            if (exception is not null) json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        // The template of the text is among the values, in braces.
        if (name.StartsWith('{') || Own.Contains(name)) return;
        switch (value)
        {
            case null: json.WriteNull(name); break;
            case bool flag: json.WriteBoolean(name, flag); break;
            case int number: json.WriteNumber(name, number); break;
            case long number: json.WriteNumber(name, number); break;
            case double number when double.IsFinite(number): json.WriteNumber(name, number); break;
            default: json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };
}
