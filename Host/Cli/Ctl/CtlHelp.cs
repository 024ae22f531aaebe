using System.Text;
using ActorEtcd.Host.Cli.Ctl.Text;

namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>The help of a command: name, usage, commands below it, flags.</summary>
internal static class CtlHelp
{
    private const int TabWidth = 8;

    public static string Of(CtlCommand[] path, string program, CtlVersion version)
    {
        var command = path[^1];
        string name = path.Length == 1 ? program : string.Join(' ', path.Skip(1).Select(static part => part.Name));
        string parents = string.Concat(path[..^1].Select((part, index) => (index == 0 ? program : part.Name) + " "));
        string usage = path.Length == 1 ? program : parents + command.Usage;
        var text = new StringBuilder($"NAME:\n\t{name} - {command.Help}\n\nUSAGE:\n\t{usage} [flags]\n");
        if (path.Length == 1)
        {
            text.Append($"\nVERSION:\n\t{version.Text}\n\nAPI VERSION:\n\t{version.Api}\n");
        }

        if (command.Children.Length > 0)
        {
            text.Append("\nCOMMANDS:\n").Append(Columns("\t", [.. Runnable(command, "")]));
        }

        if (command.Description.Length > 0)
        {
            text.Append("\nDESCRIPTION:\n");
            foreach (string line in command.Description.TrimEnd().Split('\n'))
            {
                text.Append('\t').Append(line).Append('\n');
            }
        }

        CtlFlag[] own = [.. command.Flags, .. command.Inherited, HelpFlag];
        text.Append("\nOPTIONS:\n").Append(Flags(own));
        CtlFlag[] inherited = [.. CtlFlags.Globals, .. path[..^1].SelectMany(static part => part.Inherited)];
        return text.Append("\nGLOBAL OPTIONS:\n").Append(Flags(inherited)).ToString();
    }

    public static readonly CtlFlag HelpFlag = CtlFlag.Switch("help", "Print this text.", 'h');

    public static Task OptionsAsync(CtlContext context)
    {
        context.Out.Write("Every command takes these flags:\n\n" + Flags(CtlFlags.Globals));
        return Task.CompletedTask;
    }

    private static IEnumerable<(string, string)> Runnable(CtlCommand command, string prefix)
    {
        foreach (var child in command.Children.Where(static child => !child.IsHidden).OrderBy(static child => child.Name, StringComparer.Ordinal))
        {
            if (child.Run != null)
            {
                yield return (prefix + child.Name, child.Help);
            }

            foreach (var below in Runnable(child, prefix + child.Name + " "))
            {
                yield return below;
            }
        }
    }

    private static string Flags(IEnumerable<CtlFlag> flags) => Columns("", [.. flags
        .OrderBy(static flag => flag.Name, StringComparer.Ordinal)
        .Select(static flag => (Spelled(flag), flag.Help))]);

    private static string Spelled(CtlFlag flag)
    {
        string name = flag.Short == '\0' ? $"      --{flag.Name}" : $"  -{flag.Short}, --{flag.Name}";
        return flag.Kind switch
        {
            CtlFlagKind.Switch => $"{name}[={flag.Default}]",
            CtlFlagKind.Text => $"{name}={GoText.Quote(flag.Default)}",
            CtlFlagKind.List => $"{name}=[{flag.Default}]",
            _ => $"{name}={flag.Default}",
        };
    }

    // Columns stand at tab stops, so that what is pasted elsewhere keeps its shape.
    private static string Columns(string indent, (string Left, string Right)[] rows)
    {
        int width = (rows.Max(static row => row.Left.Length) / TabWidth) + 1;
        return string.Concat(rows.Select(
            row => $"{indent}{row.Left}{new string('\t', width - (row.Left.Length / TabWidth))}{row.Right}\n"));
    }
}
