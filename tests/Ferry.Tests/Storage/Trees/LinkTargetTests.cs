using Ferry.Storage.Trees;
using Xunit;

namespace Ferry.Tests.Storage.Trees;

public sealed class LinkTargetTests
{
    [Theory]
    [InlineData("link", "file")]
    [InlineData("link", "./a/b/")]
    [InlineData("a/b/link", "../../file")]
    [InlineData("a/link", "..")]
    [InlineData("link", "...")]
    [InlineData("link", "nothing/there")]
    public void Link_within_the_folder_stays(string path, string target) =>
        Assert.True(LinkTarget.StaysWithin(path, target));

    /// <summary>Behind another link, .. goes up from where that one leads: only leading ones are counted.</summary>
    [Theory]
    [InlineData("link", "/etc/passwd")]
    [InlineData("link", "..")]
    [InlineData("link", "../file")]
    [InlineData("a/link", "../../file")]
    [InlineData("a/b/link", "../../../file")]
    [InlineData("a/link", "b/../c")]
    [InlineData("a/b/link", "../c/../../x")]
    [InlineData("link", "")]
    public void Link_that_leads_or_may_lead_out_goes(string path, string target) =>
        Assert.False(LinkTarget.StaysWithin(path, target));
}
