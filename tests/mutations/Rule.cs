namespace Ferry.Mutations;

/// <summary>
/// One way to break the program, a file of its own. First a paragraph that says what it breaks; then lines
/// <c>file PATH</c> and <c>test PROJECT ARGUMENTS</c>; behind a line <c>---</c> a text that is in that file once, and
/// behind a line <c>+++</c> what takes its place.
/// </summary>
internal sealed record Rule(
    string Name, string Why, string File, IReadOnlyList<TestRun> Tests, string Find, string Replacement)
{
    public const string Ending = ".rule";

    /// <summary>The folder of the project that the file belongs to: <c>src/NAME</c>.</summary>
    public string Project => string.Join('/', File.Split('/')[..2]);
    public string Assembly => Path.GetFileName(Project);

    public static IReadOnlyList<Rule> LoadAll(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*" + Ending).Order(StringComparer.Ordinal)
            .Select(path => Parse(Path.GetFileNameWithoutExtension(path), System.IO.File.ReadAllText(path))),
    ];

    /// <exception cref="RuleException">The text is no rule.</exception>
    public static Rule Parse(string name, string text)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var (find, replacement) = (Array.IndexOf(lines, "---"), Array.IndexOf(lines, "+++"));
        if (find < 0 || replacement < find) throw new RuleException(name, "has no line --- with a line +++ behind it");
        string? file = null;
        var (why, tests) = (new List<string>(), new List<TestRun>());
        foreach (var line in lines[..find])
        {
            if (line.StartsWith("file ", StringComparison.Ordinal)) file = line[5..].Trim();
            else if (line.StartsWith("test ", StringComparison.Ordinal)) tests.Add(TestRun.Parse(name, line[5..]));
            else if (line.Length > 0) why.Add(line.Trim());
        }
        var rule = new Rule(
            name, string.Join(' ', why), file ?? "", tests, string.Join('\n', lines[(find + 1)..replacement]),
            string.Join('\n', lines[(replacement + 1)..]));
        return rule switch
        {
            { Why: "" } => throw new RuleException(name, "does not say what it breaks"),
            { File: "" } => throw new RuleException(name, "names no file"),
            _ when !rule.File.StartsWith("src/Ferry.", StringComparison.Ordinal) =>
                throw new RuleException(name, "breaks no file of a project in src"),
            { Tests: [] } => throw new RuleException(name, "names no test"),
            { Find: "" } => throw new RuleException(name, "has no text between --- and +++"),
            _ when rule.Find == rule.Replacement => throw new RuleException(name, "changes nothing"),
            _ => rule,
        };
    }

    /// <exception cref="RuleException">The source does not have the text, or has it more than once.</exception>
    public string Apply(string source)
    {
        source = source.ReplaceLineEndings("\n");
        var count = source.Split(Find).Length - 1;
        if (count != 1) throw new RuleException(Name, $"finds its text {count} times in {File}, not once");
        return source.Replace(Find, Replacement, StringComparison.Ordinal);
    }
}
