using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Runtime.Links.Pump;
using Ferry.Runtime.Seals;
using Ferry.Tests.Transports;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ferry.Tests.Runtime.Links;

public sealed class NetworkTalkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HomeFolder _home;
    private readonly TestClock _time = new();
    private readonly Warnings _warnings = new(NullLogger.Instance);

    public NetworkTalkTests() => _home = HomeFolder.Open(_folder["home"]);

    public void Dispose()
    {
        _home.Dispose();
        _folder.Dispose();
    }

    /// <summary>Each key is flushed to the disk, and told to all members.</summary>
    [Fact]
    public async Task Member_that_tells_one_key_after_the_other_is_heard_so_often_and_warned_of_once()
    {
        var keys = NetworkKeys.Load(_home, NullLogger.Instance);
        var known = KnownNodes.Load(_home, _time, NullLogger.Instance);
        var talk = new NetworkTalk(keys, known, _warnings, _time);
        var (link, far) = await LinkFixture.Linked();
        known.Trust(link.Peer, "boat");
        ChannelWriter<Input> ears = Channel.CreateUnbounded<Input>().Writer;
        await using var pump = talk.Start(Some.Link(1), link, ears, heard =>
        {
            ears = heard;
            return new LinkPump(Some.Link(1), link, LinkFixture.Ground, heard, _time, NullLogger.Instance);
        });

        for (var n = 0; n < NetworkTalk.ChangesMax; n++) Assert.True(IsHeard());
        Assert.False(IsHeard());
        Assert.False(IsHeard());
        Assert.Contains("one network key after the other", Assert.Single(_warnings.All), StringComparison.Ordinal);
        _time.Advance(NetworkTalk.ChangeEvery);
        Assert.True(IsHeard());
        Assert.False(IsHeard());
        await far.DisposeAsync();

        bool IsHeard()
        {
            var key = NetworkSecret.New();
            Assert.True(ears.TryWrite(new Input.Received(Some.Link(1), new NetworkKey(key.Key), null)));
            return keys.Find(key.Tag) is not null;
        }
    }
}
