using Ferry.App.Output;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Output;

public sealed class StateNamesTests
{
    [Fact]
    public void A_state_has_the_name_of_its_json()
    {
        Assert.Equal("nothingFound", FailureKind.NothingFound.Name());
        Assert.Equal("case", HitMatch.Case.Name());
    }
}
