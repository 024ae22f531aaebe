namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>
/// The etcdctl whose outputs are printed. Every command and flag of all versions is there always; what one version
/// prints otherwise than the others is chosen by this.
/// </summary>
internal sealed record CtlVersion(string Text, int Minor)
{
    /// <summary>What the server tells by default too.</summary>
    public const string Default = "3.7.0";

    public string Api => $"3.{Minor}";

    /// <summary>Storage version, sizes, downgrade and hash revision are shown; revision 0 is not.</summary>
    public bool TellsStorage => Minor >= 6;

    /// <summary>Ids are hexadecimal in JSON with --hex: those of <c>member list</c> since 3.5, of every change of members since 3.7.</summary>
    public bool TellsHexIn(bool isList) => Minor >= (isList ? 5 : 7);

    /// <summary>An endpoint without a scheme is reached by TLS when its certificate is not to be verified.</summary>
    public bool SkippingMeansTls => Minor >= 6;

    /// <summary>Tables are drawn with box characters.</summary>
    public bool DrawsBoxes => Minor >= 7;

    /// <exception cref="CtlException">Not a version of etcd's third line.</exception>
    public static CtlVersion Parse(string text)
    {
        return Version.TryParse(text, out var version) && version.Major == 3
            ? new CtlVersion(text, Math.Clamp(version.Minor, 4, 7))
            : throw CtlException.BadArguments($"invalid version \"{text}\": expected one such as 3.5.13");
    }
}
