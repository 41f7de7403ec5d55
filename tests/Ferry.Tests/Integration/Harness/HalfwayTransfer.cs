namespace Ferry.Tests.Integration.Harness;

/// <summary>
/// A requester that fetches <c>big.bin</c> from a holder over a wire that has closed in the middle of it.
/// </summary>
internal sealed class HalfwayTransfer : IAsyncDisposable
{
    /// <summary>What the wire lets through.</summary>
    public const int Middle = 8 << 20;

    private HalfwayTransfer(
        TestNode holder, string source, string content, GatedWire wire, TestNode requester, RequestRun run) =>
        (Holder, Source, Content, Wire, Requester, Run) = (holder, source, content, wire, requester, run);

    public TestNode Holder { get; }

    /// <summary>The file at the holder.</summary>
    public string Source { get; }

    public string Content { get; }
    public GatedWire Wire { get; }
    public TestNode Requester { get; }
    public RequestRun Run { get; }

    public static async Task<HalfwayTransfer> StartAsync(
        TemporaryFolder folder, int fileBytes = 24 << 20, int middle = Middle)
    {
        var holder = await TestNode.StartAsync(folder, "holder");
        var source = Contents.Write(folder["big.bin"], fileBytes);
        var content = await holder.ShareAsync(source);
        var wire = new GatedWire(holder.Port, middle);
        var requester = await TestNode.StartAsync(folder, "requester", "--join", wire.Address);
        await requester.WaitForPeersAsync(1);
        var run = requester.Request("big.bin");
        await wire.ReachedAsync();
        return new HalfwayTransfer(holder, source, content, wire, requester, run);
    }

    /// <summary>The requester goes on by itself: the file comes, and it is the holder's.</summary>
    public async Task AssertArrivesAsync()
    {
        var target = Path.Combine(Requester.Downloads, "big.bin");
        await Eventually.TrueAsync("the file to appear", () => File.Exists(target));
        Contents.AssertSame(Source, target);
        await AssertOverAsync();
    }

    /// <summary>Neither end has anything left to do.</summary>
    public async Task AssertOverAsync()
    {
        await Requester.WaitForNoTransfersAsync();
        await Holder.WaitForNoTransfersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Run.DisposeAsync();
        await Requester.DisposeAsync();
        await Wire.DisposeAsync();
        await Holder.DisposeAsync();
    }
}
