namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>A flag of a command.</summary>
/// <param name="Name">Without dashes.</param>
/// <param name="Kind">How its value is read.</param>
/// <param name="Default">The value when it is not given, as the help shows it.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Short">The letter after one dash, or '\0'.</param>
internal sealed record CtlFlag(string Name, CtlFlagKind Kind, string Default, string Help, char Short = '\0')
{
    /// <summary>The only values there are, for completion.</summary>
    public string[] Choices { get; init; } = [];

    public static CtlFlag Switch(string name, string help, char shorthand = '\0')
        => new(name, CtlFlagKind.Switch, "false", help, shorthand);

    public static CtlFlag Text(string name, string standard, string help, char shorthand = '\0')
        => new(name, CtlFlagKind.Text, standard, help, shorthand);

    public static CtlFlag Number(string name, string help, string standard = "0")
        => new(name, CtlFlagKind.Number, standard, help);
}
