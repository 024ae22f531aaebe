using System.Globalization;
using Akka.Configuration;

namespace ActorEtcd.Persistence.Journal;

/// <summary>The journal's own keys of <c>akka.persistence.journal.etcd-wal</c>.</summary>
internal sealed record WalJournalSettings(
    string Directory, long SegmentBytes, ulong ClusterId, ulong MemberId, bool RefuseReplayOfDeleted)
{
    private const long SegmentBytesMin = 4096;

    public static WalJournalSettings From(Config config)
    {
        var directory = config.GetString("directory", "");
        var segmentBytes = config.GetLong("segment-bytes", WalOptions.DefaultSegmentBytes);
        if (string.IsNullOrEmpty(directory))
        {
            throw new ConfigurationException("the journal's directory is not set");
        }

        if (segmentBytes < SegmentBytesMin)
        {
            throw new ConfigurationException(
                $"the journal's segment-bytes is {segmentBytes}, it must be at least {SegmentBytesMin}");
        }

        return new WalJournalSettings(
            directory, segmentBytes, Id(config, "cluster-id"), Id(config, "member-id"),
            config.GetBoolean("refuse-replay-of-deleted", false));
    }

    private static ulong Id(Config config, string key)
    {
        var text = config.GetString(key, "0");
        return ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new ConfigurationException($"the journal's {key} is '{text}', it must be a hexadecimal number");
    }
}
