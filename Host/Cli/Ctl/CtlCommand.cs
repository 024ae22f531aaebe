namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>A command, or a group of commands when it cannot be run itself.</summary>
internal sealed class CtlCommand
{
    public CtlCommand(string usage, string help, Func<CtlContext, Task>? run, params CtlFlag[] flags)
    {
        Usage = usage;
        Help = help;
        Run = run;
        Flags = flags;
    }

    /// <summary>The name and what stands behind it.</summary>
    public string Usage { get; }

    public string Help { get; }

    public Func<CtlContext, Task>? Run { get; }

    public CtlFlag[] Flags { get; }

    /// <summary>Some sentences more than <see cref="Help"/>.</summary>
    public string Description { get; init; } = "";

    /// <summary>Flags of the commands below it.</summary>
    public CtlFlag[] Inherited { get; init; } = [];

    public CtlCommand[] Children { get; init; } = [];

    public bool IsHidden { get; init; }

    /// <summary>True: the command reads its flags itself.</summary>
    public bool IsRaw { get; init; }

    public string Name => Usage.IndexOf(' ', StringComparison.Ordinal) is var end and > 0 ? Usage[..end] : Usage;

    /// <summary>A group of commands.</summary>
    public static CtlCommand Group(string name, string help, params CtlCommand[] children)
        => new($"{name} <subcommand>", help, run: null) { Children = children };

    /// <summary>The child of that name, or the only one whose name begins so.</summary>
    public CtlCommand? Child(string name)
    {
        if (Children.FirstOrDefault(child => child.Name == name) is { } exact)
        {
            return exact;
        }

        var matching = Children.Where(child => name.Length > 0 && !child.IsHidden && child.Name.StartsWith(name, StringComparison.Ordinal)).ToArray();
        return matching.Length == 1 ? matching[0] : null;
    }
}
