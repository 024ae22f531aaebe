using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorEtcd.Members;
using ActorEtcd.Raft;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>The values that etcd keeps as JSON: members and the Raft configuration.</summary>
internal static class EtcdJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>etcd: <c>membership.Member</c>.</summary>
    public static byte[] Of(Member member) => Write(json =>
    {
        json.WriteNumber("id", member.Id.Value);
        WriteAll(json, "peerURLs", member.PeerUrls);
        if (member.IsLearner)
        {
            json.WriteBoolean("isLearner", true);
        }

        if (member.Name.Length > 0)
        {
            json.WriteString("name", member.Name);
        }

        if (!member.ClientUrls.IsEmpty)
        {
            WriteAll(json, "clientURLs", member.ClientUrls);
        }
    });

    /// <summary>etcd: <c>raftpb.ConfState</c>.</summary>
    public static byte[] Of(RaftConfiguration configuration) => Write(json =>
    {
        WriteIds(json, "voters", configuration.Voters);
        WriteIds(json, "learners", configuration.Learners);
        WriteIds(json, "voters_outgoing", configuration.OutgoingVoters);
        WriteIds(json, "learners_next", configuration.LearnersNext);
        json.WriteBoolean("auto_leave", false);
    });

    private static byte[] Write(Action<Utf8JsonWriter> writeFields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            writeFields(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteAll(Utf8JsonWriter json, string name, ImmutableArray<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteIds(Utf8JsonWriter json, string name, ImmutableArray<MemberId> members)
    {
        if (members.IsEmpty)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var member in members)
        {
            json.WriteNumberValue(member.Value);
        }

        json.WriteEndArray();
    }
}
