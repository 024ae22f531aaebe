using System.Text.RegularExpressions;
using ActorEtcd.Client;
using ActorEtcd.Members;

namespace ActorEtcd.Host.Services;

/// <summary>Versions in the forms in which etcd tells and takes them.</summary>
internal static partial class VersionTexts
{
    /// <summary>etcd's storage has had a version since this one.</summary>
    private static readonly Version StorageVersionSince = new(3, 6);

    /// <summary>The cluster's version in three parts; this member's own until the cluster has settled on one.</summary>
    public static string ClusterOf(EtcdNode node) => Full(Settled(node));

    /// <summary>The cluster's version in two parts.</summary>
    public static string ShortClusterOf(EtcdNode node) => Settled(node).ToString(2);

    /// <summary>The version of the storage format, which follows the cluster's; null before etcd had one.</summary>
    public static string? StorageOf(EtcdNode node)
        => TellsStorage(node) ? ClusterOf(node) : null;

    /// <summary>Whether answers have what came with that version.</summary>
    public static bool TellsStorage(EtcdNode node) => node.Settings.ServerVersion >= StorageVersionSince;

    /// <summary>The cluster's version as answers about downgrades tell it: in three parts before 3.6.</summary>
    public static string DowngradedOf(EtcdNode node) => TellsStorage(node) ? ShortClusterOf(node) : ClusterOf(node);

    public static string Full(Version version) => version.ToString(2) + ".0";

    /// <summary>The target of a downgrade: a semantic version, of which the last part may be missing and does not count.</summary>
    /// <exception cref="EtcdException">The text is no version.</exception>
    public static Version ParseTarget(string text)
    {
        var match = SemanticVersion().Match(text);
        return match.Success
            && int.TryParse(match.Groups["major"].ValueSpan, out var major)
            && int.TryParse(match.Groups["minor"].ValueSpan, out var minor)
            ? new Version(major, minor)
            : throw new EtcdException(EtcdError.WrongDowngradeVersionFormat);
    }

    private static Version Settled(EtcdNode node) => node.Versions.Settled ?? ClusterVersions.MajorMinor(node.Settings.ServerVersion);

    [GeneratedRegex(@"^(?<major>\d+)\.(?<minor>\d+)(\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex SemanticVersion();
}
