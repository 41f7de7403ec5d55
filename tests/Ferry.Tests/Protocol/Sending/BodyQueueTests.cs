using Ferry.Protocol.Sending;
using Ferry.Protocol.Values;
using Ferry.Tests.Transports;
using Xunit;

namespace Ferry.Tests.Protocol.Sending;

/// <summary>Bodies that a node passes on, over several links with one budget.</summary>
public sealed class BodyQueueTests
{
    private const int Total = 8 << 20;
    private const int Piece = 64 * 1024;
    private static readonly NodeId Honest = Some.Node(1);
    private static readonly NodeId Greedy = Some.Node(2);

    private readonly PassedOnBudget _budget = new(Total);
    private readonly List<BytesPayload> _bodies = [];

    [Fact]
    public void Twenty_links_that_do_not_drain_hold_no_more_than_the_budget_and_leave_the_next_as_much_as_they_have()
    {
        var links = Enumerable.Range(0, 20).Select(_ => Link()).ToList();
        for (var i = 0; i < 1000; i++)
            foreach (var link in links) Add(link, Greedy, 1, i);
        Assert.InRange(_budget.UsedBytes, Total / 2, Total);
        var free = Link();
        for (var i = 0; i < 1000; i++) Add(free, Honest, 2, i);
        Assert.True(free.Bytes > 2 * Piece, $"{free.Bytes}");
        Assert.InRange(_budget.UsedBytes, Total / 2, Total);

        foreach (var link in links.Append(free)) link.Clear();
        Assert.Equal(0, _budget.UsedBytes);
        Assert.All(_bodies, body => Assert.Equal(1, body.Disposals));
    }

    [Fact]
    public void One_slow_link_gets_half_of_the_budget()
    {
        var link = Link();
        for (var i = 0; i < 1000; i++) Add(link, Honest, 1, i);
        Assert.InRange(link.Bytes, Total / 2 - 2 * Piece, Total / 2);
    }

    [Fact]
    public void What_does_not_fit_is_taken_from_the_neighbour_that_most_came_from()
    {
        var link = Link();
        // Each piece of the greedy neighbour is of another transfer: names can be made up, a neighbour cannot.
        for (var i = 0; i < 1000; i++) Add(link, Greedy, (ulong)i + 10, i);
        for (var i = 0; i < 20; i++) Assert.Equal(Piece + 16, Add(link, Honest, 1, i));
        var left = new List<FileTransferNumber>();
        while (link.TryTake(out var next))
        {
            var head = (Ferry.Protocol.Wire.FileTransfer)next.Message;
            left.Add(new FileTransferNumber(head.Transfer, head.SealNumber));
            next.Body!.Dispose();
        }
        var own = left.Where(piece => piece.Transfer == new TransferId(1)).Select(piece => piece.Number);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (ulong)i), own);
        Assert.Equal(0, _budget.UsedBytes);
        Assert.All(_bodies, body => Assert.Equal(1, body.Disposals));
    }

    [Fact]
    public void Pieces_of_this_node_take_nothing_of_the_budget()
    {
        var link = Link();
        for (var i = 0; i < 200; i++) Add(link, default, 1, i);
        Assert.Equal((0L, 200), (_budget.UsedBytes, link.Count));
    }

    private BodyQueue Link() => new(OutgoingLimits.Standard, _budget);

    private int Add(BodyQueue link, NodeId from, ulong transfer, int number)
    {
        var head = LinkFixture.Piece(Piece, transfer, (ulong)number);
        var body = new BytesPayload(head.BodyBytes);
        _bodies.Add(body);
        return link.Add(from, new Outgoing(head, body, body.Length));
    }

    private readonly record struct FileTransferNumber(TransferId Transfer, ulong Number);
}
