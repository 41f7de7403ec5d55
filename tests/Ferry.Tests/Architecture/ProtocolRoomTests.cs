using System.Reflection;
using System.Runtime.CompilerServices;
using Ferry.Protocol;
using Ferry.Protocol.Values;
using Xunit;

namespace Ferry.Tests.Architecture;

/// <summary>
/// The rooms of the core see Values, Content, Wire and the contract in the root, never one another or the hub: what
/// Search found reaches Transfer through the hub.
/// </summary>
public sealed class ProtocolRoomTests
{
    private const string Root = "Ferry.Protocol";
    private const BindingFlags All = BindingFlags.DeclaredOnly
        | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>Who may see what; the root sees all. A new room is refused until it has its line here.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Values"] = [],
        ["Content"] = ["Values"],
        ["Wire"] = ["Values", "Content"],
        ["Dialing"] = ["Values", "Content", "Wire"],
        ["Finding"] = ["Values", "Content", "Wire"],
        ["Members"] = ["Values", "Content", "Wire"],
        ["Neighbours"] = ["Values", "Content", "Wire"],
        ["Routing"] = ["Values", "Content", "Wire"],
        ["Search"] = ["Values", "Content", "Wire"],
        ["Sending"] = ["Values", "Content", "Wire"],
        ["Transfer"] = ["Values", "Content", "Wire"],
        ["Hub"] = ["Values", "Content", "Wire", "Members", "Neighbours", "Routing", "Transfer"],
        ["Recording"] = ["Values", "Content", "Wire", "Transfer"],
    };

    /// <summary>
    /// The hub knows the rooms; a room that knew the hub would know all rooms. Its engine lies in the root, the rest of
    /// it in a room that no other has on its line above.
    /// </summary>
    private static readonly string[] HubTypes = ["Ferry.Protocol.Engine"];

    [Fact]
    public void Rooms_of_the_core_do_not_see_one_another()
    {
        using var core = CompiledAssembly.Open(Root);
        var broken = core.TypeUses()
            .Where(use => RoomOf(use.User) is { Length: > 0 } room && !MaySee(room, use.Used))
            .Select(use => $"{use.User} uses {use.Used}");
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_room_is_known_to_this_test()
    {
        var rooms = typeof(Engine).Assembly.GetTypes().Select(type => RoomOf(type.FullName!));
        Assert.Empty(rooms.Where(room => room is { Length: > 0 }).Except(Allowed.Keys));
    }

    [Fact]
    public void Metadata_is_read_down_to_the_instructions()
    {
        using var core = CompiledAssembly.Open(Root);
        Assert.Contains(("Ferry.Protocol.Content.Manifest", "Ferry.Protocol.Values.Bytes32"), core.TypeUses());
        using var tests = CompiledAssembly.Open("Ferry.Tests");
        Assert.Contains((typeof(ProtocolRoomTests).FullName!, typeof(CompiledAssembly).FullName!), tests.TypeUses());
    }

    [Fact]
    public void Nothing_in_the_core_can_be_awaited()
    {
        var awaitable =
            from type in typeof(Engine).Assembly.GetTypes()
            from method in type.GetMethods(All)
            from used in method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)
            where IsAwaitable(used)
            select $"{type.FullName}.{method.Name}";
        Assert.Empty(awaitable);
    }

    private static bool MaySee(string room, string used)
    {
        if (HubTypes.Contains(used)) return false;
        return RoomOf(used) switch
        {
            null or "" => true,
            var other => other == room || Allowed.GetValueOrDefault(room, []).Contains(other),
        };
    }

    /// <summary>Empty for the root, null for what the compiler adds outside our namespaces.</summary>
    private static string? RoomOf(string type)
    {
        if (!type.StartsWith(Root + ".", StringComparison.Ordinal)) return null;
        var rest = type[(Root.Length + 1)..].Split('+')[0];
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? "" : rest[..dot];
    }

    private static bool IsAwaitable(Type type) =>
        type.GetMethod("GetAwaiter", Type.EmptyTypes) is not null
        || typeof(IAsyncStateMachine).IsAssignableFrom(type)
        || typeof(IAsyncDisposable).IsAssignableFrom(type)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));
}
