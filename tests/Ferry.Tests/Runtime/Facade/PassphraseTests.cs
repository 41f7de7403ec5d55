using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.Runtime.Facade;

public sealed class PassphraseTests
{
    [Fact]
    public void Each_number_is_another_word()
    {
        var words = Enumerable.Range(0, 1 << Passphrase.BitsPerWord).Select(Passphrase.Word).ToHashSet();
        Assert.Equal(1 << Passphrase.BitsPerWord, words.Count);
        Assert.All(words, word => Assert.Equal(5, word.Length));
    }

    [Fact]
    public void Proposal_has_more_than_a_hundred_bits_and_is_another_each_time()
    {
        Assert.True(Passphrase.Words * Passphrase.BitsPerWord >= 100);
        var proposals = Enumerable.Range(0, 100).Select(_ => Passphrase.Propose()).ToList();
        Assert.All(proposals, it => Assert.Equal(Passphrase.Words, it.Split(' ').Length));
        Assert.Equal(proposals.Count, proposals.Distinct().Count());
        Assert.Equal(700, proposals.SelectMany(it => it.Split(' ')).Count());
    }
}
