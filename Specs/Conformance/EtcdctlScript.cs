namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// Every v3 command of etcdctl 3.4 that speaks to a server, with its flags. The calls build on one another;
/// what waits for ever comes last, since the leases of what was killed end at times of their own.
/// </summary>
internal static class EtcdctlScript
{
    public const string Text =
        """
        * get nothing
        * put a one
        * put a two --prev-kv
        put a three --prev-kv --hex
        put b/1 1
        put b/2 20
        put b/3 3
        put c | from standard input
        put -- -dash -value
        put empty ""
        put
        put a
        put x y z
        put "" x
        put a --ignore-value
        put a four --ignore-value
        put missing --ignore-value
        put missing x --ignore-lease
        put a x --lease=1f
        put a x --lease=zz
        * get a
        * get a --hex
        * get b/ --prefix
        * get b/ --prefix --keys-only
        * get b/ --prefix --limit=2
        get b/ --prefix --limit=-1
        get b/ b/3
        get b/ b/3 --print-value-only
        get "" --prefix --keys-only
        get "" --from-key
        get b/2 --from-key
        get b/ --prefix --from-key
        get b/ b/9 --prefix
        get b/ b/9 --from-key
        get
        get a b c
        get ""
        get b/ --prefix --order=ASCEND
        get b/ --prefix --order=DESCEND
        get b/ --prefix --order=SIDEWAYS
        get b/ --prefix --sort-by=KEY --order=DESCEND
        get b/ --prefix --sort-by=VALUE
        get b/ --prefix --sort-by=VALUE --order=DESCEND --limit=1 -w json
        get "" --prefix --sort-by=VERSION -w json
        get "" --prefix --sort-by=MODIFY --order=DESCEND -w json
        get "" --prefix --sort-by=CREATE --order=ASCEND -w json
        get b/ --prefix --sort-by=SIZE
        get a --rev=2
        get a --rev=3 -w json
        get a --rev=100
        get a --rev=-5
        get a --consistency=s
        get a --consistency=l
        get a --consistency=x
        get a --print-value-only -w json
        get a -w yaml
        * endpoint hashkv
        endpoint hashkv --rev=4 -w json
        endpoint hashkv --rev=1000 -w json
        * txn | value("a") = "three"\n\nput t 1\nget t\n\nget a\n\n
        * txn | value("a") = "nothing"\n\nput t 1\n\nget b/ --prefix\ndel b/9\n\n
        txn -i | mod("a") > "0"\nversion("a") < "100"\ncreate("none") = "0"\n\nput t 2 --prev-kv\ndel t2\n\n\n
        txn | c("a") = "2"\nm("a") > "1"\nver("t") < "9"\n\nget t\n\n\n
        txn | val("a") > "a"\nval("a") < "z"\nval("a") != "x"\n\nget t\n\n\n
        txn | \nput d 1\nput d 2\n\n\n
        txn | \nput d 1\ndel d\n\n\n
        txn | \nput d 1\ndel c e\n\n\n
        txn | \nget a --rev=1000\n\n\n
        txn | nonsense\n\n\n\n
        txn | value("a") = "three"\n\nput k v --lease=1f\n\n\n
        * del nothing
        put del/1 1
        put del/2 2
        put del/3 3
        * del del/1 --prev-kv
        put del/1 1
        del del/1 del/3
        del del/ --prefix --prev-kv
        put z1 1
        put z2 2
        del z1 --from-key
        del
        del a b c
        del b/ --prefix --from-key
        9 watch b/ --prefix --rev=1
        1 watch a --rev=3 --prev-kv -w json
        30 watch a b --rev=2 -w simple
        50 watch a --rev=2 -w fields
        4 watch --rev=1 b/1 -- echo got
        6 watch "" --prefix --rev=5
        3 watch -i | watch a --rev=2\n
        1 watch a --rev=2 --hex -w json
        watch -i | nonsense\n
        watch
        compaction
        compaction x
        compaction -1
        compaction 1000
        * compaction 5
        compaction 5
        compaction 4
        compaction 8 --physical
        get a --rev=4
        watch a --rev=3
        watch a --rev=3 -w json
        txn | \nget a --rev=3\n\n\n
        endpoint hashkv -w json
        endpoint hashkv --rev=4
        lease grant
        lease grant x
        lease grant 0
        lease grant -5
        * lease grant 700
        lease grant 9000000001
        lease grant 500
        put leased/1 x --lease=$1
        put leased/2 x --lease=$1
        put leased/1 y --ignore-lease
        put leased/2 z
        get leased/ --prefix -w fields
        * lease timetolive $1
        * lease timetolive $1 --keys
        * lease timetolive 1f
        lease timetolive
        lease timetolive xx
        lease list -w simple
        * lease keep-alive $1 --once
        1 lease keep-alive $1
        lease keep-alive 1f
        lease keep-alive 1f --once
        * lease revoke 1f
        lease revoke $1
        lease revoke $1
        get leased/ --prefix
        lease timetolive $1 --keys
        alarm list
        alarm list -w table
        alarm disarm
        * defrag
        defrag --cluster
        * endpoint status
        * endpoint status --cluster
        * endpoint health
        endpoint health --cluster
        * member list
        move-leader
        move-leader xyz
        move-leader 123
        move-leader $member
        member list extra
        member add
        member update 123 --peer-urls=http://127.0.0.1:1
        member update $member
        member update $member --peer-urls=nonsense
        member remove
        member remove 123
        member remove xyz
        member promote 123
        member promote $member
        member add new
        member add new --peer-urls=nonsense
        check perf --load=none
        check datascale --load=none
        * user add ann:secret
        user add bob --interactive=false | secret\n
        user add "" --interactive=false | secret\n
        user add cat --no-password
        user add
        * user list
        * role add reader
        role add writer
        role add
        * role list
        * role grant-permission reader read a
        role grant-permission reader read b/ --prefix
        role grant-permission reader readwrite c d
        role grant-permission reader write x --from-key
        role grant-permission reader fly x
        role grant-permission nobody read x
        role grant-permission reader
        * role get reader
        role get nobody
        * role revoke-permission reader c d
        role revoke-permission reader zzz
        role revoke-permission reader b/ --prefix
        * user grant-role ann reader
        user grant-role ann nobody
        user grant-role nobody reader
        * user get ann
        user get ann --detail
        user get nobody
        * user passwd ann --interactive=false | other\n
        user passwd nobody --interactive=false | other\n
        * user revoke-role ann writer
        user revoke-role ann reader
        role delete writer
        role delete writer
        user delete bob
        user delete bob
        auth enable
        user add root:rootpw
        user grant-role root root
        role add root
        user grant-role root root
        user grant-role ann reader
        auth enable
        get a
        put a x
        get a --user=root:wrong
        get a --user=root:rootpw
        get a --user=ann:other
        get b/ --prefix --user=ann:other
        put a x --user=ann:other
        get a --user=ann --password=other
        get a --user=cat:none
        * user list --user=root:rootpw
        user list --user=ann:other
        user get ann --user=ann:other
        user get root --user=ann:other
        role get reader --user=ann:other
        role list --user=ann:other
        member list --user=ann:other
        endpoint status --user=root:rootpw
        endpoint health --user=root:rootpw
        alarm list --user=root:rootpw
        defrag --user=root:rootpw
        lease grant 500 --user=ann:other
        lease list --user=ann:other
        user delete root --user=root:rootpw
        role delete root --user=root:rootpw
        user revoke-role root root --user=root:rootpw
        auth disable --user=ann:other
        auth disable
        auth disable --user=root:rootpw
        auth disable --user=root:rootpw
        lock locks/1 echo held
        lock locks/1 --ttl=20 -- printenv ETCD_LOCK_KEY
        lock locks/1 false
        lock
        elect
        elect e a b
        3 lock locks/2 -- sh -c "echo begin; echo middle; echo end; sleep 60"
        get locks/2 --prefix -w fields
        1 lock locks/3
        2 elect elections/1 candidate
        2 elect elections/1 -l
        """;
}
