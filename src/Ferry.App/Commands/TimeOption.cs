using System.CommandLine;
using Ferry.App.Output;

namespace Ferry.App.Commands;

/// <summary>An option that is a time with its unit.</summary>
internal static class TimeOption
{
    /// <param name="examples">What a time looks like, such as "20s or 2m".</param>
    public static Option<TimeSpan> Of(string name, string description, TimeSpan usual, string examples) => new(name)
    {
        HelpName = "TIME",
        Description = description,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            if (Units.ParseTime(result.Tokens[0].Value) is { } time) return time;
            result.AddError($"'{result.Tokens[0].Value}' is not a time: write it as {examples}");
            return default;
        },
    };
}
