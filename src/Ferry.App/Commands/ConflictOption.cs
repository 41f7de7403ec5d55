using System.CommandLine;
using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>What becomes of a name that is taken, for the commands by which files come.</summary>
internal static class ConflictOption
{
    public static Option<OnConflict> New() => new("--on-conflict")
    {
        HelpName = "rename|overwrite|skip",
        Description = "What to do when something else has the name; rename unless said otherwise.",
        CustomParser = result =>
        {
            switch (result.Tokens[0].Value)
            {
                case "rename": return OnConflict.Rename;
                case "overwrite": return OnConflict.Overwrite;
                case "skip": return OnConflict.Skip;
                default:
                    result.AddError(
                        $"'{result.Tokens[0].Value}' is no way to treat a taken name: take rename, overwrite or skip");
                    return default;
            }
        },
    };
}
