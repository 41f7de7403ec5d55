using Ferry.Runtime;
using Ferry.Tests.Integration.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>One node with a hundred neighbours, all on real sockets.</summary>
public sealed class ManyLinksTests : IDisposable
{
    private const int Links = 100;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_hundred_neighbours_find_a_file_of_one_another()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var hub = await TestNode.StartAsync(_folder, "hub");
        var nodes = new List<FerryNode>();
        try
        {
            for (var index = 0; index < Links; index++)
            {
                var node = await FerryNode.StartAsync(
                    Options($"n{index}"), TimeProvider.System, NullLoggerFactory.Instance, cancel);
                nodes.Add(node);
                await node.JoinAsync(hub.Address, cancel);
            }
            await hub.WaitForPeersAsync(Links);

            var source = Contents.Write(_folder["shared.bin"], 200_000);
            await nodes[0].ShareAsync(source, hidden: false, cancel);
            await Eventually.GetAsync(
                "the file to be hashed", () => nodes[0].FilesAsync(cancel).ToListAsync(cancel).AsTask(),
                files => files.Any(file => file.State == FileState.Ready));
            var completed = await FetchAsync(nodes[^1], cancel);

            Contents.AssertSame(source, completed.Path);
            Assert.Equal(2, Assert.Single(completed.Sources).Hops);
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    private NodeOptions Options(string name) => new()
    {
        Home = _folder[name], Nickname = name, Listen = ["tcp://127.0.0.1:0"], Open = true, Discovery = false,
    };

    private static async Task<RequestEvent.Completed> FetchAsync(FerryNode node, CancellationToken cancel)
    {
        var request = new RequestOptions("shared.bin", null, First: false);
        RequestEvent? last = null;
        await foreach (var item in node.RequestAsync(request, cancel)) last = item;
        return Assert.IsType<RequestEvent.Completed>(last);
    }
}
