using System.Globalization;

namespace ActorEtcd.Host.Cli.Utl;

/// <summary>One figure of a result, with its name in each format.</summary>
/// <param name="Heading">In a table.</param>
/// <param name="Label">In the format of fields.</param>
/// <param name="Json">In JSON.</param>
/// <param name="Value">A number or a text.</param>
/// <param name="Shown">What people are shown in its place.</param>
internal sealed record UtlField(string Heading, string Label, string Json, object Value, string? Shown = null)
{
    public string Plain => Convert.ToString(Value, CultureInfo.InvariantCulture) ?? string.Empty;

    public string Text => Shown ?? Plain;
}
