using Ferry.App.Shell;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Shell;

public sealed class ShellLoopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_run_as_commands_until_exit()
    {
        using var terminal = await RunAsync("join 10.0.0.1\n\n  share '/data/my maps'\nferry leave\nexit\nstatus\n");

        Assert.Equal(["join 10.0.0.1", "share /data/my maps", "leave", "status"], terminal.Node.Asked);
        Assert.StartsWith("ferry> Joined boat", terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quit\n")]
    [InlineData("exit\n")]
    [InlineData("")]
    public async Task Unfinished_transfers_are_mentioned_at_the_end(string typed)
    {
        using var terminal = await RunAsync(typed, node => node.Status = node.Status with { TransfersUnfinished = 2 });

        Assert.Contains("2 transfers are unfinished; they go on when this node starts again.", terminal.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_do_not_end_the_shell()
    {
        using var terminal = await RunAsync("bananas\nshare 'open\nnode\nleave\nexit\n");

        Assert.Equal(["leave", "status"], terminal.Node.Asked);
        Assert.Contains("there is no command 'bananas'", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("a quote is not closed", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("belongs to a running node", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupt_ends_the_command_and_not_the_node()
    {
        using var terminal = new Terminal { Input = new StringReader("request song\nleave\nexit\n") };
        terminal.Node.Requests.Add([Samples.Started]);
        terminal.Node.KeepsStreaming = true;
        var shell = new ShellLoop(terminal.Context(), terminal.Node).RunAsync(Cancel);

        await Patience.UntilAsync(() => terminal.Node.Asked.Count > 0);
        terminal.Interrupts.OnInterrupt();
        await shell.WaitAsync(Patience.Limit);

        Assert.Contains("leave", terminal.Node.Asked);
        Assert.Contains(
            $"'cancel {ShortId.Of(Samples.ContentId)}' stops it for good", terminal.Error, StringComparison.Ordinal);
        Assert.False(terminal.Interrupts.Stop.IsCancellationRequested);
    }

    [Fact]
    public async Task Node_that_stops_ends_the_shell()
    {
        using var never = new NeverReader();
        using var terminal = new Terminal { Input = never };
        var shell = new ShellLoop(terminal.Context(), terminal.Node).RunAsync(Cancel);

        terminal.Node.Stop(new FerryException(FailureKind.Failed, "the disk is gone"));

        await shell.WaitAsync(Patience.Limit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stranger_that_asks_is_told_of_at_the_prompt(bool isNamesake)
    {
        using var never = new NeverReader();
        using var terminal = new Terminal { Input = never };
        var shell = new ShellLoop(terminal.Context(), terminal.Node).RunAsync(Cancel);

        var fingerprint = NodeFingerprint.Of(Samples.NodeId);
        await terminal.Node.Asks.Writer.WriteAsync(
            new AskInfo(Samples.NodeId, fingerprint, "boat", "tcp://10.0.0.2:1", isNamesake), Cancel);

        await Patience.UntilAsync(() =>
            terminal.Output.Contains($"admit {fingerprint}", StringComparison.Ordinal)
            && terminal.Output.EndsWith("ferry> ", StringComparison.Ordinal));
        Assert.Contains("boat at tcp://10.0.0.2:1 asks to be let in", terminal.Output, StringComparison.Ordinal);
        Assert.Equal(isNamesake, terminal.Output.Contains("not the boat that you know", StringComparison.Ordinal));
        terminal.Node.Stop();
        await shell.WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task What_is_offered_is_told_with_size_and_fingerprint_while_nothing_is_typed()
    {
        using var never = new NeverReader();
        using var terminal = new Terminal { Input = never };
        var shell = new ShellLoop(terminal.Context(), terminal.Node).RunAsync(Cancel);

        await terminal.Node.Offered.Writer.WriteAsync(Samples.Offer(OfferPhase.Waiting), Cancel);

        await Patience.UntilAsync(() =>
            terminal.Output.Contains("or: refuse 444444444444", StringComparison.Ordinal)
            && terminal.Output.EndsWith("ferry> ", StringComparison.Ordinal));
        Assert.Contains(
            "boat offers song.flac (2.0 KB), fingerprint aaaa-aaaa-aaaa-aaaa-aaaa. Type: accept 444444444444",
            terminal.Output, StringComparison.Ordinal);
        terminal.Node.Stop();
        await shell.WaitAsync(Patience.Limit);
    }

    private static async Task<Terminal> RunAsync(string typed, Action<FakeNode>? prepare = null)
    {
        var terminal = new Terminal { Input = new StringReader(typed) };
        prepare?.Invoke(terminal.Node);
        await new ShellLoop(terminal.Context(), terminal.Node).RunAsync(Cancel);
        return terminal;
    }

    /// <summary>A keyboard at which nobody sits.</summary>
    private sealed class NeverReader : TextReader
    {
        private readonly ManualResetEventSlim _left = new();

        public override string? ReadLine()
        {
            _left.Wait();
            return null;
        }

        protected override void Dispose(bool disposing)
        {
            _left.Set();
            base.Dispose(disposing);
        }
    }
}
