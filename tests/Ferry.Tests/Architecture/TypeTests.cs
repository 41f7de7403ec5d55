using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Ferry.Tests.Architecture;

/// <summary>How types are declared, for every assembly of the program.</summary>
public sealed class TypeTests
{
    private const BindingFlags StaticFields =
        BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static TheoryData<string> Assemblies =>
        ["Ferry.Protocol", "Ferry.Names", "Ferry.Storage", "Ferry.Transports", "Ferry.Runtime", "ferry-node"];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Classes_are_sealed_abstract_or_static(string assembly)
    {
        var open = Written(assembly).Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract);
        Assert.Empty(open.Select(type => type.FullName));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void No_field_is_static_and_can_be_assigned(string assembly)
    {
        var state =
            from type in Written(assembly)
            from field in type.GetFields(StaticFields)
            where !field.IsInitOnly && !field.IsLiteral && !field.IsDefined(typeof(CompilerGeneratedAttribute))
            select $"{type.FullName}.{field.Name}";
        Assert.Empty(state);
    }

    /// <summary>Types from our sources: not what the compiler or a source generator adds.</summary>
    private static IEnumerable<Type> Written(string assembly) =>
        Assembly.Load(assembly).GetTypes().Where(type =>
            type.FullName!.StartsWith("Ferry.", StringComparison.Ordinal)
            && !type.Name.Contains('<', StringComparison.Ordinal)
            && !type.IsDefined(typeof(CompilerGeneratedAttribute))
            && !type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute)));
}
