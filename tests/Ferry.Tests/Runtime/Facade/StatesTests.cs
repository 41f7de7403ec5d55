using System.Reflection;
using System.Text.Json.Serialization;
using Ferry.Protocol;
using Ferry.Runtime;
using Ferry.Runtime.Requests;
using Xunit;

namespace Ferry.Tests.Runtime.Facade;

public sealed class StatesTests
{
    public static TheoryData<Type> States =>
        [.. typeof(INode).Assembly.GetExportedTypes().Where(type => type.IsEnum)];

    /// <summary>Without one JSON would have the name of the code, which may be renamed.</summary>
    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_has_a_name_for_json(Type states) =>
        Assert.All(
            states.GetFields(BindingFlags.Public | BindingFlags.Static),
            state => Assert.Matches(
                "^[a-z][A-Za-z]+$", state.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name));

    [Fact]
    public void Every_state_of_a_transfer_is_told_by_its_own_name() =>
        Assert.All(
            Enum.GetValues<TransferState>(),
            state => Assert.Equal($"{state}", $"{Transfers.PhaseOf(state)}"));
}
