using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Runtime.Diagnostics;
using Ferry.Runtime.Links;
using Ferry.Runtime.Links.Pump;
using Ferry.Runtime.Loop;
using Ferry.Tests.Storage.Store;
using Ferry.Tests.Transports;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime;

/// <summary>
/// What the parts of a node stand on: a store on a disk in memory, links, and an inbox that the test empties itself.
/// </summary>
internal sealed class RuntimeStage : IAsyncDisposable
{
    public RuntimeStage() => Links = new LinkTable(
        (id, link) => new LinkPump(id, link, LinkFixture.Ground, Inbox.Inputs, Store.Time, NullLogger.Instance), Life);

    public StoreStage Store { get; } = new();
    public LoopInbox Inbox { get; } = new();
    public NodeLife Life { get; } = new();
    public NodeMeter Meter { get; } = new(Some.Node(1));
    public LinkTable Links { get; }

    /// <summary>A link whose pump runs, and its other end.</summary>
    public async Task<(LinkId Link, SecureLink Peer)> LinkAsync()
    {
        var (near, far) = await LinkFixture.Linked();
        var link = Links.Add(near);
        Links.Start(link);
        return (link, far);
    }

    /// <summary>The next that the loop would take.</summary>
    public async Task<Input> NextAsync()
    {
        Input? input;
        while (!Inbox.TryTakeInput(out input))
            await Inbox.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit);
        return input!;
    }

    /// <summary>The next result of the disk; what links say is passed over.</summary>
    public async Task<T> ResultAsync<T>() where T : StorageResult
    {
        while (true)
        {
            if (await NextAsync() is Input.Stored stored) return Assert.IsType<T>(stored.Result);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Links.DisposeAsync();
        Meter.Dispose();
        Store.Dispose();
        if (Life.End.IsCompleted) Assert.Null(await Life.End);
    }
}
