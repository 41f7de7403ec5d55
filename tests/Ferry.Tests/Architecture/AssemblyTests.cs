using Xunit;

namespace Ferry.Tests.Architecture;

/// <summary>The arrows between the projects, as drawn in ARCHITECTURE.md.</summary>
public sealed class AssemblyTests
{
    [Theory]
    [InlineData("Ferry.Protocol", "")]
    [InlineData("Ferry.Names", "Ferry.Protocol")]
    [InlineData("Ferry.Storage", "Ferry.Names Ferry.Protocol")]
    [InlineData("Ferry.Transports", "Ferry.Protocol")]
    [InlineData("Ferry.Runtime", "Ferry.Names Ferry.Protocol Ferry.Storage Ferry.Transports")]
    [InlineData("ferry-node", "Ferry.Names Ferry.Runtime")]
    public void Assembly_references_only_what_the_arrows_allow(string assembly, string allowed)
    {
        using var compiled = CompiledAssembly.Open(assembly);
        var ours = compiled.References.Where(name =>
            name == "ferry-node" || name.StartsWith("Ferry.", StringComparison.Ordinal));
        Assert.Empty(ours.Except(allowed.Split(' ')));
    }

    [Theory]
    [InlineData("Ferry.Simulation", "Ferry.Protocol Ferry.Storage Ferry.TestKit")]
    [InlineData("Ferry.TestKit", "Ferry.Protocol Ferry.Storage")]
    public void The_simulation_and_its_kit_see_protocol_and_storage_only(string project, string allowed)
    {
        var references = Repository.Lines($"tests/{project}/{project}.csproj")
            .Where(line => line.Contains("<ProjectReference", StringComparison.Ordinal))
            .Select(line => Path.GetFileNameWithoutExtension(line.Split('"')[1]));
        Assert.Empty(references.Except(allowed.Split(' ')));
    }

    [Fact]
    public void The_core_uses_no_library_beyond_the_runtime()
    {
        using var compiled = CompiledAssembly.Open("Ferry.Protocol");
        Assert.All(compiled.References, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("System.Net.Sockets")]
    [InlineData("System.Collections.Concurrent")]
    [InlineData("System.Threading.Tasks.Parallel")]
    [InlineData("System.Threading.Channels")]
    [InlineData("System.IO.FileSystem")]
    public void The_core_does_not_even_reference(string forbidden)
    {
        using var compiled = CompiledAssembly.Open("Ferry.Protocol");
        Assert.DoesNotContain(forbidden, compiled.References);
    }
}
