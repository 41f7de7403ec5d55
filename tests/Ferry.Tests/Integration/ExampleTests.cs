using Ferry.Tests.Architecture;
using Ferry.Tests.Integration.Harness;
using Xunit;

namespace Ferry.Tests.Integration;

/// <summary>The programs in examples/, as they are built with everything else.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task Two_nodes_in_one_process_exchange_a_file()
    {
        var program = Repository.FullPath("examples/Embedding/bin/Release/net10.0/Embedding.dll");
        await using var example = ChildProcess.Start([FerryProgram.Command()[0], program]);

        Assert.True(await example.ExitAsync() == 0, example.Errors);

        Assert.Equal(["found song.flac, 3000000 bytes", "3000000 bytes are there"], example.Output);
    }
}
