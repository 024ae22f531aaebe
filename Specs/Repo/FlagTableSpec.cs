using System.Text;
using ActorEtcd.Host.Config;
using Xunit;

namespace ActorEtcd.Specs.Repo;

/// <summary>The README tells of every flag whether it does what it says.</summary>
public sealed class FlagTableSpec
{
    private const string Begin = "<!-- flags -->\n";
    private const string End = "<!-- /flags -->";

    [Fact]
    public void Table_in_the_readme_is_that_of_the_parser()
    {
        string readme = Repository.Read("README.md");
        int begin = readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        string table = readme[begin..readme.IndexOf(End, StringComparison.Ordinal)];
        Assert.True(table == Expected(), $"the table should be\n{Expected()}");
    }

    private static string Expected()
    {
        var table = new StringBuilder("| Flags | Honoured | Accepted, and why they change nothing |\n|---|---|---|\n");
        foreach (IGrouping<string, FlagDefinition> section in ServerFlags.All.GroupBy(flag => flag.Section))
        {
            string honoured = string.Join(", ", section.Where(flag => flag.IsHonoured).Select(flag => $"`{flag.Name}`"));
            string accepted = string.Join(
                "; ",
                section.Where(flag => !flag.IsHonoured)
                    .GroupBy(flag => flag.Notice)
                    .Select(alike => $"{string.Join(", ", alike.Select(flag => $"`{flag.Name}`"))}: {alike.Key!.TrimEnd('.')}"));
            table.Append("| ").Append(section.Key).Append(" | ").Append(honoured).Append(" | ").Append(accepted).Append(" |\n");
        }

        return table.ToString();
    }
}
