using Ferry.Mutations;

const string Usage = """
    tests/mutations/run [NAME...]

    Breaks the program in the ways that the rules in tests/mutations say (all of them, or those named), one at a time,
    in a copy of the tree, and runs the tests that ought to notice. Ends with 0 when all were noticed, with 1 when one
    was not (then a test is missing), with 2 when a rule does not fit the source any more.

      --list    names the rules, and what each breaks
    """;

var root = Environment.CurrentDirectory;
var folder = Path.Combine(root, "tests", "mutations");
if (args.Any(arg => arg is "--help" or "-h") || !Directory.Exists(folder))
{
    Console.WriteLine(Usage);
    return Directory.Exists(folder) ? 0 : 2;
}

IReadOnlyList<Rule> rules;
try
{
    rules = Rule.LoadAll(folder);
}
catch (RuleException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 2;
}
if (args.Contains("--list"))
{
    foreach (var rule in rules) Console.WriteLine($"{rule.Name}: {rule.Why}");
    return 0;
}
if (args.Except(rules.Select(rule => rule.Name)).ToList() is { Count: > 0 } unknown)
{
    Console.Error.WriteLine($"there is no rule {string.Join(", ", unknown)}: --list names them");
    return 2;
}
if (args.Length > 0) rules = [.. rules.Where(rule => args.Contains(rule.Name))];

var scratch = Path.Combine(Path.GetTempPath(), "ferry-mutations");
Directory.CreateDirectory(scratch);
// Two runs at once would break each other's programs.
var claim = Path.Combine(scratch, ".lock");
using var mine = new FileStream(claim, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
var tree = new ScratchTree(root, Path.Combine(scratch, "tree"));
tree.Follow();
var trial = new Trial(tree);
if (trial.Rehearse(rules) is { } trouble)
{
    Console.Error.WriteLine(trouble);
    return 2;
}

var outcomes = new List<Outcome>();
foreach (var rule in rules)
{
    var outcome = trial.Try(rule);
    outcomes.Add(outcome);
    Console.WriteLine($"{outcome.Verdict,-8} {rule.Name} ({outcome.Took.TotalSeconds:F0} s): {outcome.Detail}");
}
var (killed, survived) = (Count(Verdict.Killed), Count(Verdict.Survived));
Console.WriteLine($"{killed} killed, {survived} survived, {Count(Verdict.Broken)} broken");
return killed == outcomes.Count ? 0 : killed + survived == outcomes.Count ? 1 : 2;

int Count(Verdict verdict) => outcomes.Count(outcome => outcome.Verdict == verdict);
