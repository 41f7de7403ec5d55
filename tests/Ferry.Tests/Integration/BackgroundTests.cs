using Ferry.App.Control;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>A node that is a job of a terminal serves in the background, and has its shell in the foreground.</summary>
public sealed class BackgroundTests : IDisposable
{
    private const string Prompt = "ferry> ";

    private readonly TemporaryFolder _folder = new();
    private readonly ControlClient _control;

    public BackgroundTests() => _control = new ControlClient(_folder["home"], "ferry node", TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _control.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("stty tostop; ")]
    public async Task Node_that_is_started_in_the_background_serves_and_has_its_shell_later(string before)
    {
        await using var terminal = TerminalSession.Open();
        await terminal.TypeAsync($"{before}{Node()} &\n");
        await AssertServesAsync();
        await terminal.WaitForAsync("Running until");
        Assert.DoesNotContain(Prompt, terminal.Seen, StringComparison.Ordinal);

        await terminal.TypeAsync("fg\n");
        await terminal.WaitForAsync(Prompt);
        await ExitAsync(terminal);
    }

    [Fact]
    public async Task Node_that_is_put_into_the_background_serves_and_has_its_shell_again()
    {
        await using var terminal = TerminalSession.Open();
        await terminal.TypeAsync($"{Node()}\n");
        await terminal.WaitForAsync(Prompt);

        await terminal.TypeAsync($"{TerminalSession.CtrlZ}");
        await terminal.WaitForAsync("Stopped");
        await terminal.TypeAsync("bg\n");
        await AssertServesAsync();

        await terminal.TypeAsync("fg\n");
        await terminal.WaitForAsync(Prompt, times: 2);
        await ExitAsync(terminal);
    }

    private string Node() => string.Join(
        ' ', FerryProgram.Command("node", "--home", _folder["home"], "--listen", "tcp://127.0.0.1:0"));

    /// <summary>A stopped node would accept the connection and say nothing.</summary>
    private async Task AssertServesAsync()
    {
        var status = await Eventually.GetAsync("the node to answer", async () =>
        {
            try
            {
                return await _control.StatusAsync(Cancel).WaitAsync(Patience.Limit, Cancel);
            }
            catch (NoNodeException)
            {
                return null;
            }
        }, found => found is not null);
        Assert.NotEmpty(status!.Listening);
    }

    private static async Task ExitAsync(TerminalSession terminal)
    {
        await terminal.TypeAsync("exit\n");
        await terminal.WaitForAsync("stopping ...");
    }
}
