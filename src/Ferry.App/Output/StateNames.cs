using System.Reflection;
using System.Text.Json.Serialization;
using Ferry.Runtime;

namespace Ferry.App.Output;

/// <summary>The name of a state, as it stands in JSON, for people.</summary>
internal static class StateNames
{
    /// <summary>Such as <c>nothingFound</c> for <see cref="FailureKind.NothingFound"/>.</summary>
    public static string Name<TState>(this TState state)
        where TState : struct, Enum => Of<TState>.Names[state];

    private static class Of<TState>
        where TState : struct, Enum
    {
        public static readonly Dictionary<TState, string> Names = Enum.GetValues<TState>().ToDictionary(
            state => state,
            state => typeof(TState).GetField(state.ToString())?
                .GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? state.ToString());
    }
}
