using System.Text;
using System.Text.Json;
using ActorEtcd.Host.Gateway;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Gateway;

public sealed class ProtoJsonSpec
{
    [Fact]
    public void Writer_leaves_out_defaults_and_keeps_etcds_order()
    {
        var response = new RangeResponse
        {
            Header = new ResponseHeader { ClusterId = ulong.MaxValue, MemberId = 2, Revision = 3 },
            Kvs = { new KeyValue { Key = ByteString.CopyFrom(0xfb, 0xff), Value = ByteString.CopyFromUtf8("v"), Lease = -1 } },
            Count = 1,
        };

        Assert.Equal(
            """{"header":{"cluster_id":"18446744073709551615","member_id":"2","revision":"3"},"kvs":[{"key":"+/8=","value":"dg==","lease":"-1"}],"count":"1"}""",
            Written(response));
        Assert.Equal("{}", Written(new RangeResponse()));
        Assert.Equal("""{"header":{}}""", Written(new RangeResponse { Header = new ResponseHeader() }));
    }

    [Fact]
    public void Writer_names_enum_values_and_keeps_what_a_oneof_chose()
    {
        Assert.Equal(
            """{"events":[{},{"type":"DELETE","kv":{}}]}""",
            Written(new WatchResponse { Events = { new Event(), new Event { Type = Event.Types.EventType.Delete, Kv = new() } } }));
        Assert.Equal(
            """{"response_put":{}}""", Written(new ResponseOp { ResponsePut = new PutResponse() }));
        Assert.Equal(
            """{"key":"YQ==","mod_revision":"0"}""",
            Written(new Compare { Key = ByteString.CopyFromUtf8("a"), ModRevision = 0 }));
        Assert.Equal("""{"hash":4294967295}""", Written(new HashResponse { Hash = uint.MaxValue }));
        Assert.Equal("""{"alarm":9}""", Written(new AlarmMember { Alarm = (AlarmType)9 }));
        Assert.Equal(
            """{"version":"a\"<é>","errors":["x",""]}""",
            Written(new StatusResponse { Version = "a\"<é>", Errors = { "x", "" } }));
    }

    [Theory]
    [InlineData("""{"key":"YQ==","range_end":"Yg==","limit":"5"}""")]
    [InlineData("""{"key":"YQ","rangeEnd":"Yg","limit":5}""")]
    [InlineData("""{"key":"YQ==","range_end":"Yg==","limit":5e0,"unknown":{"a":[1]},"revision":null}""")]
    public void Reader_takes_both_spellings_and_passes_over_what_it_does_not_know(string json)
        => Assert.Equal(
            new RangeRequest { Key = ByteString.CopyFromUtf8("a"), RangeEnd = ByteString.CopyFromUtf8("b"), Limit = 5 },
            Read<RangeRequest>(json));

    [Fact]
    public void Reader_takes_both_alphabets_and_enum_names_and_numbers()
    {
        ByteString key = ByteString.CopyFrom(0xfb, 0xff);
        Assert.Equal(key, Read<RangeRequest>("""{"key":"+/8="}""").Key);
        Assert.Equal(key, Read<RangeRequest>("""{"key":"-_8"}""").Key);
        Assert.Equal(RangeRequest.Types.SortOrder.Descend, Read<RangeRequest>("""{"sort_order":"DESCEND"}""").SortOrder);
        Assert.Equal(RangeRequest.Types.SortOrder.Descend, Read<RangeRequest>("""{"sortOrder":2}""").SortOrder);
        Assert.Equal(RangeRequest.Types.SortOrder.None, Read<RangeRequest>("""{"sortOrder":"UPWARD"}""").SortOrder);
        Assert.Equal(ulong.MaxValue, Read<MemberRemoveRequest>("""{"ID":"18446744073709551615"}""").ID);
        Assert.Equal(
            [WatchCreateRequest.Types.FilterType.Noput, WatchCreateRequest.Types.FilterType.Nodelete],
            Read<WatchRequest>("""{"create_request":{"filters":["NOPUT",1]}}""").CreateRequest.Filters);
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"key":5}""")]
    [InlineData("""{"key":"!!"}""")]
    [InlineData("""{"key":"YQ= ="}""")]
    [InlineData("""{"key":"Zm9v=="}""")]
    [InlineData("""{"key":"Zm9vY"}""")]
    [InlineData("""{"key":"Zm 9v"}""")]
    [InlineData("""{"key":"YQ==","key":"YQ=="}""")]
    [InlineData("""{"range_end":"YQ==","rangeEnd":"YQ=="}""")]
    [InlineData("""{"limit":"x"}""")]
    [InlineData("""{"limit":1.5}""")]
    [InlineData("""{"limit":"9223372036854775808"}""")]
    [InlineData("""{"keys_only":"yes"}""")]
    public void Reader_refuses_values_of_another_kind(string json)
        => Assert.Throws<ProtoJsonException>(() => Read<RangeRequest>(json));

    [Fact]
    public void Reader_takes_one_choice_of_several()
        => Assert.Throws<ProtoJsonException>(() => Read<RequestOp>("""{"request_put":{},"requestRange":{}}"""));

    [Fact]
    public void Reader_of_older_versions_lets_the_last_field_count_and_refuses_unknown_names()
    {
        Assert.Equal("b", Read<RangeRequest>("""{"key":"YQ==","key":"Yg=="}""", isSecondGateway: false).Key.ToStringUtf8());
        Assert.Throws<ProtoJsonException>(() => Read<RangeRequest>("""{"sort_order":"UPWARD"}""", isSecondGateway: false));
    }

    private static T Read<T>(string json, bool isSecondGateway = true)
        where T : IMessage, new()
    {
        using var document = JsonDocument.Parse(json);
        return (T)new ProtoJsonReader(isSecondGateway).Read(document.RootElement, new T().Descriptor);
    }

    private static string Written(IMessage message) => Encoding.UTF8.GetString(GatewayJson.Body(message).Span);
}
