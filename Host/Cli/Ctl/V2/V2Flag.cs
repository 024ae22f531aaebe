namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>A flag of the v2 commands.</summary>
/// <param name="Names">Its names without dashes, the long one first.</param>
/// <param name="Kind">How its value is read.</param>
/// <param name="Help">What it does.</param>
/// <param name="Default">Its value when it is not given.</param>
internal sealed record V2Flag(string[] Names, CtlFlagKind Kind, string Help, string Default = "")
{
    public static V2Flag Switch(string help, params string[] names) => new(names, CtlFlagKind.Switch, help, "false");

    public static V2Flag Text(string help, params string[] names) => new(names, CtlFlagKind.Text, help);

    public static V2Flag Number(string help, params string[] names) => new(names, CtlFlagKind.Number, help, "0");
}
