using System.Text.Json;
using Xunit;

namespace Ferry.Tests.Integration.Harness;

/// <summary>A running <c>ferry request --json</c>.</summary>
internal sealed class RequestRun(IRunningCommand command) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<string> _lines =
        command.LinesAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(CancellationToken.None);

    private readonly List<JsonElement> _events = [];

    public IRunningCommand Command => command;
    public IReadOnlyList<JsonElement> Events => _events;

    /// <summary>Reads on to the first event like this.</summary>
    public async Task<JsonElement> WaitForAsync(string what, Func<JsonElement, bool> isIt)
    {
        while (await Eventually.InTimeAsync(what, _lines.MoveNextAsync().AsTask()))
        {
            var item = JsonElement.Parse(_lines.Current);
            _events.Add(item);
            if (isIt(item)) return item;
        }
        throw new InvalidOperationException($"the request ended without {what}\n{this}");
    }

    /// <summary>The middle of a transfer, for things that must happen in the middle.</summary>
    public Task<JsonElement> ReachAsync(double fraction) =>
        WaitForAsync($"{fraction:P0} of the file", item => item.IsEvent("progress")
            && item.Number("bytes") > 0 && item.Number("bytes") >= fraction * item.Number("size"));

    /// <summary>The last event, of a request that ends well.</summary>
    public async Task<JsonElement> CompleteAsync()
    {
        var last = await WaitForAsync(
            "the end of the file", item => item.IsEvent("completed") || item.IsEvent("failed"));
        Assert.True(last.IsEvent("completed"), ToString());
        Assert.Equal(0, await command.ExitAsync());
        return last;
    }

    public async Task<CommandResult> EndAsync()
    {
        var code = await command.ExitAsync();
        return new CommandResult(code, [.. command.Output], command.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        await command.DisposeAsync();
        await _lines.DisposeAsync();
    }

    public override string ToString() =>
        string.Join('\n', _events.TakeLast(10).Select(item => item.GetRawText())) + "\n" + command.Errors;
}
