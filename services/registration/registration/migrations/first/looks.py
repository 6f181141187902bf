"""The few looks across companies: functions with the owner's rights, each for one question."""

from registration.migrations.first.roles import API, PIPELINE, SERVICE

DEFINED = [
    # Every change to what a person may do goes through here, so none can leave the exchange or the fact behind.
    f"""create function person_changed(changed uuid, revoked boolean) returns jsonb
    language plpgsql security definer set search_path = {SERVICE}, pg_temp as $body$
declare latest jsonb;
begin
    update person set revision = revision + 1,
        valid_from = case when revoked then greatest(clock_timestamp(), valid_from) else valid_from end
    where id = changed;
    select jsonb_build_object('user_id', p.id, 'revision', p.revision, 'email', p.email, 'name', p.name,
        'language', p.language, 'valid_from', p.valid_from, 'active', p.active, 'erased', p.erased,
        'memberships', (select coalesce(jsonb_agg(jsonb_build_object('company_id', m.company_id, 'roles', m.roles,
            'given', m.given, 'taken', m.taken) order by m.company_id), '[]')
            from membership m where m.person_id = p.id and m.active))
    into latest from person p where p.id = changed;
    perform pg_notify('rights_changed', cast(changed as text));
    return latest;
end $body$""",
    f"""create function person_of_email(address text)
    returns table (id uuid, name text, language text, active boolean, has_credential boolean, memberships bigint)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select p.id, p.name, p.language, p.active, exists (select from credential c where c.person_id = p.id),
        (select count(*) from membership m where m.person_id = p.id)
    from person p where not p.erased and p.id = coalesce(
        (select o.id from person o where lower(o.email) = lower(address)),
        (select a.person_id from person_address a where lower(a.email) = lower(address)))
$body$""",
    # What one company sees of another before they are connected: that it is there, and what it is called.
    f"""create function unit_to_join(asked uuid) returns table (company_id uuid, name text, legal_name text)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select u.company_id, u.name, c.legal_name from unit u join company c on c.id = u.company_id
    where u.id = asked and u.active and c.active and not c.erased
$body$""",
    f"""create function partners_of(pairs uuid[])
    returns table (id uuid, supplier_name text, buyer_name text, unit_name text, supplier_confirmed boolean)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select n.id, s.legal_name, b.legal_name, u.name, s.confirmed_at is not null from connection n
    join company s on s.id = n.supplier_id join company b on b.id = n.buyer_id join unit u on u.id = n.unit_id
    where n.id = any (pairs)
$body$""",
    # The directory: ids only, so that no row policy stands between the words and their index. The words are parameters,
    # of which the planner knows nothing: left alone it reads all rows in the hope of finding enough of them early.
    # Names that begin with the words come out of their index one by one, so a frequent beginning costs what is wanted
    # of it and no more; only where they are too few, trigrams look for the words anywhere.
    f"""create function directory_beginning(words text, wanted int) returns table (id uuid)
    language sql stable security definer set search_path = {SERVICE}, public, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off as $body$
    select c.id from company c where c.search_text ~>=~ words and c.search_text ~<~ (words || chr(65535))
        and c.active and not c.erased order by c.search_text using ~<~ limit wanted
    $body$""",
    f"""create function directory_containing(pattern text, wanted int) returns table (id uuid)
    language sql stable security definer set search_path = {SERVICE}, public, pg_temp
    set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off as $body$
    select c.id from company c where c.search_text like pattern and c.active and not c.erased limit wanted
    $body$""",
    f"""create function directory_search(words text, pattern text, wanted int) returns table (id uuid)
    language plpgsql stable security definer set search_path = {SERVICE}, public, pg_temp as $body$
declare begun uuid[];
begin
    select array_agg(b.id) into begun from directory_beginning(words, wanted) b;
    return query select unnest(begun);
    if coalesce(cardinality(begun), 0) < wanted then
        return query select c.id from directory_containing(pattern, wanted) c
            where begun is null or c.id <> all (begun);
    end if;
end $body$""",
    # Narrowed, it begins where few are left: those that `own` is connected with, or what a filter leaves of all. Where
    # every filter leaves many, enough of them are among the first that the words find; a null id says that the search
    # ended before it had seen everybody.
    f"""create function directory_narrowed(words text, pattern text, wanted int, own uuid, narrowed jsonb)
    returns table (id uuid)
    language plpgsql stable security definer set search_path = {SERVICE}, public, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off as $body$
declare
    few constant int := 10000;
    most constant int := 20000;
    partners text := 'select case when n.supplier_id = %1$L then n.buyer_id else n.supplier_id end
        from connection n where (n.supplier_id = %1$L or n.buyer_id = %1$L)';
    conditions text[] := array[]::text[];
    condition text;
    driver text;
    fits text := 'c.active and not c.erased';
    counted int;
    begun uuid[];
begin
    if own <> all (nullif(current_setting('navette.companies', true), '')::uuid[]) then
        return;
    end if;
    partners := format(partners, own);
    if narrowed ->> 'status' = 'none' then
        fits := fits || format(' and c.id not in (%s)', partners);
    elsif narrowed ->> 'status' is not null then
        driver := format('c.id in (%s and n.status = %L)', partners, narrowed ->> 'status');
    end if;
    if narrowed ->> 'created_since' is not null then
        conditions := conditions || format('c.created_at >= %L', narrowed ->> 'created_since');
    end if;
    if narrowed ->> 'country' is not null then
        conditions := conditions || format('c.country = %L', narrowed ->> 'country');
    end if;
    if narrowed ->> 'buyer' is not null then
        conditions := conditions || case when (narrowed ->> 'buyer')::boolean then 'c.buyer' else 'not c.buyer' end;
    end if;
    if narrowed ->> 'supplier' is not null then
        conditions := conditions
            || case when (narrowed ->> 'supplier')::boolean then 'c.supplier' else 'not c.supplier' end;
    end if;
    foreach condition in array conditions loop
        fits := fits || ' and ' || condition;
        if driver is null and condition not like 'not %' then
            execute format('select count(*) from (select from company c where %s limit %s) x', condition, few + 1)
                into counted;
            if counted <= few then
                driver := condition;
            end if;
        end if;
    end loop;
    if driver is not null then
        return query execute format('with c as materialized (select c.id, c.search_text, c.active, c.erased, c.country,
                c.created_at, c.supplier, c.buyer from company c where %s)
            select c.id from c where %s and c.search_text like $1
            order by starts_with(c.search_text, $2) desc, c.search_text limit $3', driver, fits)
            using pattern, words, wanted;
        return;
    end if;
    execute format('select array(select c.id from (select c.* from company c
            where c.search_text ~>=~ $1 and c.search_text ~<~ ($1 || chr(65535))
            order by c.search_text using ~<~ limit %s) c where %s limit $2)', most, fits)
        into begun using words, wanted;
    return query select unnest(begun);
    if cardinality(begun) >= wanted then
        return;
    end if;
    execute format('select count(*) from (select from company c where c.search_text ~>=~ $1
            and c.search_text ~<~ ($1 || chr(65535)) limit %s) x', most) into counted using words;
    if counted < most then
        return query execute format('select c.id from directory_containing($1, %s) d join company c on c.id = d.id
            where %s and c.id <> all ($2) limit $3', most, fits) using pattern, begun, wanted - cardinality(begun);
        select count(*) from directory_containing(pattern, most) into counted;
    end if;
    if counted >= most then
        return query select null::uuid;
    end if;
end $body$""",
    # A group's list, its head first: of whoever heads it, or is an entity of it.
    f"""create function group_of(asked uuid) returns table (id uuid)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    with head as (select coalesce((select g.head_id from group_entity g
        where g.entity_id = asked and g.state = 'agreed'), asked) as id)
    (select h.id from head h where exists (select from group_entity g where g.head_id = h.id and g.state = 'agreed'))
    union all
    (select g.entity_id from group_entity g join head h on h.id = g.head_id join company c on c.id = g.entity_id
    where g.state = 'agreed' order by lower(c.legal_name), c.id)
    $body$""",
    f"""create function group_names(head uuid, entity uuid) returns table (head_name text, entity_name text)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select h.legal_name, e.legal_name from company h, company e where h.id = head and e.id = entity
        and exists (select from group_entity g where g.head_id = head and g.entity_id = entity)
    $body$""",
    f"""create function directory_entries(asked uuid[])
    returns table (id uuid, legal_name text, country text, city text, vat_id text, legal_id jsonb, identifiers jsonb,
        supplier boolean, buyer boolean, created_at timestamptz, confirmed boolean,
        in_register jsonb, group_name text, units jsonb)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select c.id, c.legal_name, c.country, c.address ->> 'city', c.vat_id, c.legal_id, c.identifiers, c.supplier,
        c.buyer, c.created_at, c.confirmed_at is not null,
        jsonb_build_object('state', c.register_state, 'legal_name', c.register_name, 'source', c.register_source,
            'at', c.register_at),
        coalesce((select h.legal_name from group_entity g join company h on h.id = g.head_id
            where g.entity_id = c.id and g.state = 'agreed'),
            case when exists (select from group_entity g where g.head_id = c.id and g.state = 'agreed')
                then c.legal_name end),
        (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name)
            order by lower(u.name)), '[]') from unit u where u.company_id = c.id and u.active)
    from company c where c.id = any (asked) and c.active and not c.erased
    $body$""",
    # Who is known vouches for a partner: never for itself, only as a company that the transaction acts for, and not on
    # somebody else's word, else one careless yes would confirm a whole chain.
    f"""create function vouch(asked uuid, voucher uuid) returns boolean
    language sql security definer set search_path = {SERVICE}, pg_temp as $body$
    with confirmed as (update company c set confirmed_at = now(), confirmed_by = 'company:' || voucher
        where c.id = asked and asked <> voucher and c.confirmed_at is null
            and exists (select from company v where v.id = voucher and v.confirmed_at is not null and v.active
                and v.confirmed_by not like 'company:%')
            and (current_setting('navette.companies', true) is null or current_setting('navette.companies', true) = ''
                or voucher = any (current_setting('navette.companies', true)::uuid[]))
        returning 1) select exists (select from confirmed)
    $body$""",
    # What one company brought follows its connection with the other, whoever of the two acts: who asks is not reminded
    # while the other one decides, who is connected has come (a customer: has agreed), who says no has declined, and
    # what ended is over. Only a bringer's own no lets it wait for the true one. No link of what is decided opens
    # anything.
    f"""create function prospects_follow(asked uuid) returns void
    language sql security definer set search_path = {SERVICE}, pg_temp as $body$
    with met as (
        select p.id, n.id as connection_id, n.supplier_id as partner_id, case n.status when 'active' then 'accepted'
                when 'disconnected' then 'ended' when 'requested' then p.state
                else case n.asked_by when 'buyer' then 'declined' else '' end end as next,
            cast(null as jsonb) as proof
        from connection n join prospect p on p.company_id = n.buyer_id and p.unit_id = n.unit_id
        where n.id = asked and p.side = 'supplier' and p.state in ('asked', 'opened')
            and (p.partner_id = n.supplier_id or p.keys && array(
                select k.scheme || ' ' || k.value from company_key k where k.company_id = n.supplier_id))
        union all
        select p.id, n.id, n.buyer_id, case n.status when 'active' then 'accepted' when 'disconnected' then 'ended'
                else 'declined' end, n.consent_proof
        from connection n join prospect p on p.company_id = n.supplier_id
        where n.id = asked and p.side = 'customer' and p.state in ('asked', 'opened')
            and (n.status = 'disconnected' or n.status = 'active' and n.consent
                or n.status = 'refused' and n.asked_by = 'supplier')
            and (p.partner_id = n.buyer_id or p.keys && array(
                select k.scheme || ' ' || k.value from company_key k where k.company_id = n.buyer_id))
    ), moved as (
        update prospect p set state = coalesce(nullif(m.next, ''), p.state),
            partner_id = case when m.next <> '' or p.had_account then m.partner_id end,
            connection_id = case when m.next <> '' then m.connection_id end,
            begun_at = case when m.next <> '' then coalesce(p.begun_at, now()) else p.begun_at end,
            decided_at = case when m.next in ('accepted', 'declined', 'ended') then now() else p.decided_at end,
            proof = case when m.next = 'accepted' then coalesce(p.proof, m.proof) else p.proof end,
            email = case when m.next = 'declined' then '' else p.email end,
            content = case when m.next = 'declined' then p.content - 'contact' else p.content end
        from met m where p.id = m.id returning p.id, p.state
    )
    update activation set used_at = now() where id in (
        select a.id from activation a join moved v on a.request ->> 'prospect_id' = cast(v.id as text)
        where a.used_at is null and v.state not in ('asked', 'opened') for update of a skip locked)
    $body$""",
    # A unit's support, for its partners; without an asker (who cannot sign in) for who passes a ticket on.
    f"""create function unit_desk(asked uuid, asker uuid)
    returns table (company_id uuid, name text, support text, compliance text, hours text, price text)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select c.id, c.legal_name || ' · ' || u.name, coalesce(u.settings ->> 'support_contact', ''),
        coalesce(u.settings ->> 'compliance_contact', ''), coalesce(u.settings ->> 'support_hours', ''),
        coalesce(u.settings ->> 'support_price', '')
    from unit u join company c on c.id = u.company_id
    where u.id = asked and u.active and c.active and c.confirmed_at is not null
        and (coalesce(current_setting('navette.companies', true), '') = ''
            or asker = any (current_setting('navette.companies', true)::uuid[]))
        and (asker is null or u.company_id = asker
            or exists (select from connection k where k.unit_id = u.id and k.supplier_id = asker))
    $body$""",
    # Whom a partner turns to: who runs the account, and who the profile names; with what became of mails to them.
    f"""create function partner_contacts(asked uuid)
    returns table (name text, email text, phone text, purpose text, since timestamptz, refused_since timestamptz)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    with allowed as (select exists (select from connection k where k.status = 'active'
            and ((k.buyer_id = asked and k.supplier_id = any (c.mine))
                or (k.supplier_id = asked and k.buyer_id = any (c.mine)))) as yes
        from (select nullif(current_setting('navette.companies', true), '')::uuid[] as mine) c),
    contact as (
        select p.name, p.email, '' as phone, 'administrator' as purpose, m.created_at as since, 0 as rank
        from membership m join person p on p.id = m.person_id
        where m.company_id = asked and m.active and 'administrator' = any (m.roles) and p.active and not p.erased
        union all
        select e ->> 'name', coalesce(e ->> 'email', ''), coalesce(e ->> 'phone', ''), e ->> 'purpose', v.changed_at, 1
        from (select content, changed_at from company_profile where company_id = asked
            order by version desc limit 1) v, jsonb_array_elements(v.content -> 'contacts') e)
    select contact.name, contact.email, contact.phone, contact.purpose, contact.since, b.since
    from contact left join bad_address b on b.email = lower(contact.email)
    where (select yes from allowed) order by contact.rank, contact.since, contact.name
    $body$""",
    f"""create function refused_addresses(asked text[]) returns table (email text, since timestamptz)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select b.email, b.since from bad_address b where b.email = any (asked)
    $body$""",
    # Whom a company is written to: those who run it.
    f"""create function written_to(asked uuid) returns table (email text, name text, language text)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select p.email, p.name, p.language from membership m join person p on p.id = m.person_id
    where m.company_id = asked and m.active and 'administrator' = any (m.roles) and p.active and not p.erased
    order by m.created_at, p.id
    $body$""",
    f"""create function merged_companies(asked uuid) returns uuid[]
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select array(select c.id from company c where c.merged_into = asked order by c.id)
    $body$""",
    # A company's own part of the audit trail; the trail itself is nobody's to read through a request.
    f"""create function audit_of(company uuid, after_number bigint, wanted int)
    returns table (number bigint, at timestamptz, actor text, action text, subject text, detail jsonb, hash text)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select a.number, a.at, a.actor, a.action, a.subject, a.detail, encode(a.hash, 'hex') from audit a
    where a.company_id = company and a.number > after_number
        and company = any (nullif(current_setting('navette.companies', true), '')::uuid[])
    order by a.number limit wanted
    $body$""",
    f"""create function keys_taken(schemes text[], vals text[]) returns table (scheme text, company_id uuid)
    language sql stable security definer set search_path = {SERVICE}, pg_temp as $body$
    select k.scheme, k.company_id from company_key k
    join unnest(schemes, vals) w(scheme, value) on w.scheme = k.scheme and w.value = k.value
$body$""",
]
for _signature in (
    "person_changed(uuid, boolean)",
    "person_of_email(text)",
    "unit_to_join(uuid)",
    "partners_of(uuid[])",
    "keys_taken(text[], text[])",
    "directory_search(text, text, int)",
    "directory_narrowed(text, text, int, uuid, jsonb)",
    "directory_entries(uuid[])",
    "group_of(uuid)",
    "group_names(uuid, uuid)",
    "written_to(uuid)",
    "vouch(uuid, uuid)",
    "prospects_follow(uuid)",
    "audit_of(uuid, bigint, int)",
    "merged_companies(uuid)",
    "unit_desk(uuid, uuid)",
    "partner_contacts(uuid)",
    "refused_addresses(text[])",
):
    DEFINED += [
        f"revoke all on function {_signature} from public",
        f"grant execute on function {_signature} to {API}, {PIPELINE}",
    ]
# Parts of `directory_search`, which its owner calls alone.
DEFINED += [
    "revoke all on function directory_beginning(text, int) from public",
    "revoke all on function directory_containing(text, int) from public",
]
