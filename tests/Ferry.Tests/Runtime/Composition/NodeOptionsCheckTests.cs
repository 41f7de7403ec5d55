using Ferry.Runtime;
using Ferry.Runtime.Composition;
using Xunit;

namespace Ferry.Tests.Runtime.Composition;

public sealed class NodeOptionsCheckTests
{
    private static readonly NodeOptions Good = new() { Home = "home" };

    [Fact]
    public void What_is_not_given_is_filled_in()
    {
        var options = NodeOptionsCheck.Checked(Good);

        Assert.Equal(["tcp://[::]:4747"], options.Listen);
        Assert.NotEmpty(options.Nickname);
    }

    [Fact]
    public void Addresses_to_join_get_their_long_form_and_are_kept_once() =>
        Assert.Equal(
            ["tcp://10.0.0.1:4747"],
            NodeOptionsCheck.Checked(Good with { Join = ["10.0.0.1", "tcp://10.0.0.1:4747"] }).Join);

    public static TheoryData<NodeOptions> Bad =>
    [
        Good with { Home = " " },
        Good with { Nickname = "" },
        Good with { Nickname = new string('n', 65) },
        Good with { Nickname = "a\nb" },
        Good with { AckTimeout = TimeSpan.Zero },
        Good with { AckTimeout = TimeSpan.FromDays(1) },
        Good with { LinksMax = 0 },
        Good with { Listen = ["no address"] },
        Good with { Join = ["[::1"] },
    ];

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_cannot_be_is_a_slip_of_the_user(NodeOptions options) =>
        Assert.Equal(FailureKind.Usage, Assert.Throws<FerryException>(() => NodeOptionsCheck.Checked(options)).Kind);
}
