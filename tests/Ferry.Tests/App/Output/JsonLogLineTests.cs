using System.Text.Json;
using Ferry.App.Output;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Ferry.Tests.App.Output;

public sealed partial class JsonLogLineTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void A_line_has_its_text_and_the_values_it_is_made_of()
    {
        using var written = new StringWriter { NewLine = "\n" };
        using var logs = new StandardErrorLog(written, _clock, LogLevel.Information, isJson: true);
        Started(logs.CreateLogger("ferry.transfers"), "03b1e3", 700, 0.25, "kept out");
        NotThisOne(logs.CreateLogger("ferry.transfers"));

        Assert.Equal(
            """
            {"time":"2026-06-01T12:00:00+00:00","level":"info","room":"ferry.transfers","event":4010,
            "text":"Upload 03b1e3 starts: 700 bytes, 0.3 of it, text is kept out","content":"03b1e3","size":700,
            "share":0.25}

            """.Replace("\r", "", StringComparison.Ordinal).Replace(",\n", ",", StringComparison.Ordinal),
            written.ToString());
    }

    [Fact]
    public void A_line_stays_one_whatever_is_in_it()
    {
        var line = JsonLogLine.Of(
            TestClock.Noon, LogLevel.Error, "ferry.node", 0, "a\nb\e[31m", [new("Odd", double.NaN), new("None", null)],
            new IOException("one\ntwo"));

        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain('\e', line);
        var read = JsonElement.Parse(line);
        Assert.Equal("a\nb\e[31m", read.GetProperty("text").GetString());
        Assert.Equal("NaN", read.GetProperty("odd").GetString());
        Assert.Equal(JsonValueKind.Null, read.GetProperty("none").ValueKind);
        Assert.Contains("two", read.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [LoggerMessage(
        4010, LogLevel.Information, "Upload {Content} starts: {Size} bytes, {Share:0.0} of it, text is {Text}")]
    private static partial void Started(ILogger log, string content, long size, double share, string text);

    [LoggerMessage(4020, LogLevel.Debug, "not this one")]
    private static partial void NotThisOne(ILogger log);
}
