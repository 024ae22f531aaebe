using System.Text.RegularExpressions;
using ActorEtcd.Host.Config;
using Xunit;

namespace ActorEtcd.Specs.Repo;

/// <summary>Flags and configuration keys are told of where their readers look for them.</summary>
public sealed partial class DocumentationSpec
{
    [Fact]
    public void Every_flag_is_in_the_help_text_with_a_sentence()
    {
        string help = ServerFlags.HelpText();
        Assert.All(ServerFlags.All, flag =>
        {
            Assert.Contains($"  --{flag.Name} '{flag.Default}'", help, StringComparison.Ordinal);
            Assert.EndsWith(".", flag.Help, StringComparison.Ordinal);
            Assert.Contains(flag.Help, help, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_configuration_key_that_is_read_is_in_a_configuration_file()
    {
        string all = string.Concat(Repository.Files("hocon", ".conf").Select(Repository.Read));
        string[] missing =
        [
            .. new[] { "Actors", "Persistence", "Host/Server" }
                .SelectMany(folder => Repository.Files(folder, ".cs"))
                .SelectMany(file => KeyRead().Matches(Repository.Read(file)).Select(match => (file, Key: match.Groups[1].Value)))
                .Where(read => !Regex.IsMatch(all, $@"(^|[\s.{{]){Regex.Escape(read.Key)}\s*[={{]", RegexOptions.Multiline))
                .Select(read => $"{read.file} reads {read.Key}"),
        ];
        Assert.True(missing.Length == 0, string.Join('\n', missing));
    }

    [Fact]
    public void Every_configuration_key_has_a_comment()
    {
        string[] bare = [.. Repository.Files("hocon", ".conf").SelectMany(Undocumented)];
        Assert.True(bare.Length == 0, string.Join('\n', bare));
    }

    // A comment stands for the lines below it up to an empty line or a closing brace, and for a whole block before
    // whose opening line it stands.
    private static IEnumerable<string> Undocumented(string file)
    {
        var blocks = new Stack<bool>();
        bool hasComment = false;
        foreach ((int number, string line) in Repository.Lines(file).Index())
        {
            string text = line.Trim();
            if (text.StartsWith('#'))
            {
                hasComment = true;
            }
            else if (text.Length == 0)
            {
                hasComment = false;
            }
            else if (text.StartsWith('}'))
            {
                hasComment = false;
                blocks.Pop();
            }
            else if (text.EndsWith('{'))
            {
                blocks.Push(hasComment || blocks.Contains(true));
                hasComment = false;
            }
            else if (text.Contains('=', StringComparison.Ordinal) && !hasComment && !blocks.Contains(true))
            {
                yield return $"{file}:{number + 1}: {text}";
            }
        }
    }

    [GeneratedRegex(@"\.Get(?:String|Int|Long|Boolean|Double|TimeSpan|ByteSize|StringList)\(\s*""([\w.-]+)""")]
    private static partial Regex KeyRead();
}
