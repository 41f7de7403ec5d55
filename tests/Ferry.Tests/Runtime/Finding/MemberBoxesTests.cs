using Ferry.Protocol.Finding;
using Ferry.Protocol.Values;
using Ferry.Runtime.Finding;
using Ferry.Runtime.Home;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Finding;

public sealed class MemberBoxesTests : IDisposable
{
    private static readonly byte[] Card = new MemberCard(Some.Node(1), "boat").Encode();

    private readonly TemporaryFolder _folder = new();
    private readonly List<HomeFolder> _homes = [];

    [Fact]
    public void Box_opens_under_any_key_that_the_node_has_or_had()
    {
        var (one, other) = (Keys("one"), Keys("other"));
        one.Ensure();
        var box = new MemberBoxes(one).Seal(Card, [1]);
        other.Hear(one.Current!.Key);
        for (ulong number = 1; number <= 4; number++) other.Hear(new Bytes32(number, 0, 0, 0));
        var opened = Assert.NotNull(new MemberBoxes(other).Open(box, [1]));
        Assert.Equal(Card, opened.Text.ToArray());
        Assert.Equal(one.Current.Tag, opened.KeyTag);
    }

    [Fact]
    public void Box_opens_with_no_other_key_nor_beside_other_bytes_nor_changed()
    {
        var (one, other) = (Keys("one"), Keys("other"));
        one.Ensure();
        other.Ensure();
        var box = new MemberBoxes(one).Seal(Card, [1]);
        Assert.Null(new MemberBoxes(other).Open(box, [1]));
        Assert.Null(new MemberBoxes(one).Open(box, [2]));
        Assert.Null(new MemberBoxes(one).Open(box.AsSpan(1), [1]));
        Assert.Null(new MemberBoxes(one).Open([], [1]));
        box[^1] ^= 1;
        Assert.Null(new MemberBoxes(one).Open(box, [1]));
    }

    /// <summary>What outsiders hear shows neither whether there is a network nor whether it is the same one.</summary>
    [Fact]
    public void Boxes_of_one_key_have_nothing_in_common_and_are_as_long_as_those_of_none()
    {
        var (one, none) = (Keys("one"), Keys("none"));
        one.Ensure();
        var boxes = Enumerable.Range(0, 64).Select(_ => new MemberBoxes(one).Seal(Card, [1])).ToList();
        var chance = Enumerable.Range(0, 64).Select(_ => new MemberBoxes(none).Seal(Card, [1])).ToList();
        Assert.All(boxes.Concat(chance), box => Assert.Equal(Datagram.Reply.BoxBytes, box.Length));
        for (var at = 0; at < Datagram.Reply.BoxBytes; at++)
            Assert.True(boxes.Select(box => box[at]).Distinct().Count() > 8, $"byte {at} is much the same");
    }

    public void Dispose()
    {
        foreach (var home in _homes) home.Dispose();
        _folder.Dispose();
    }

    private NetworkKeys Keys(string name)
    {
        var home = HomeFolder.Open(_folder[name]);
        _homes.Add(home);
        return NetworkKeys.Load(home, NullLogger.Instance);
    }
}
