package org.plantbuddy.influx;

import static com.influxdb.client.domain.Permission.ActionEnum.READ;
import static com.influxdb.client.domain.Permission.ActionEnum.WRITE;

import com.influxdb.client.BucketsQuery;
import com.influxdb.client.FindOptions;
import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.OrganizationsQuery;
import com.influxdb.client.TasksQuery;
import com.influxdb.client.domain.Authorization;
import com.influxdb.client.domain.AuthorizationPostRequest;
import com.influxdb.client.domain.AuthorizationUpdateRequest;
import com.influxdb.client.domain.BucketRetentionRules;
import com.influxdb.client.domain.OnboardingRequest;
import com.influxdb.client.domain.Organization;
import com.influxdb.client.domain.Permission;
import com.influxdb.client.domain.PermissionResource;
import com.influxdb.client.domain.TaskCreateRequest;
import com.influxdb.client.domain.TaskStatusType;
import com.influxdb.client.domain.TaskUpdateRequest;
import com.influxdb.client.domain.User;
import com.influxdb.client.domain.Users;
import com.influxdb.client.service.UsersService;
import com.influxdb.exceptions.InfluxException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.config.Secret;
import retrofit2.Response;

/**
 * What sets InfluxDB up: its organisation, buckets, tokens, secrets and tasks. For one thread.
 *
 * <p>Every method throws {@link InfluxUnavailableException} when InfluxDB does not answer, or the token may not do it.
 */
public final class Management implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int NOT_FOUND = 404;
    private static final int MOST_TASKS = 500;

    private final InfluxAddress address;
    private final InfluxDBClient client;
    private @Nullable String orgId;

    /**
     * @param address with the operator's token
     */
    public Management(InfluxAddress address) {
        this.address = address;
        this.client = Influx.client(address, PATIENCE);
    }

    /** The same with another token, to be closed as well. */
    public Management as(Secret token) {
        return new Management(address.with(token));
    }

    public InfluxAddress address() {
        return address;
    }

    /** Whether nobody has set this InfluxDB up yet. One that does not say, as in the cloud, was set up. */
    public boolean isFresh() {
        try {
            return Influx.asked(client::isOnboardingAllowed);
        } catch (InfluxUnavailableException e) {
            if (e.isRefusal()) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Sets a fresh InfluxDB up, with the organisation, its readings' bucket and an operator.
     *
     * @param token the operator's from now on
     */
    public void setUp(String operator, Secret password, Secret token, Duration keeps) {
        Influx.asked(() -> client.onBoarding(new OnboardingRequest()
                .username(operator)
                .password(password.text())
                .token(token.text())
                .org(address.org())
                .bucket(Bucket.READINGS.toString())
                .retentionPeriodSeconds(keeps.toSeconds())));
    }

    /** Whether InfluxDB knows the token. */
    public boolean isAccepted() {
        try {
            Influx.asked(() -> client.getBucketsApi().findBuckets(new FindOptions()));
            return true;
        } catch (InfluxUnavailableException e) {
            if (e.status() == 0 || e.status() >= 500) {
                throw e;
            }
            return false;
        }
    }

    /**
     * Makes the organisation where it is missing.
     *
     * @return whether it was
     */
    public boolean makeOrganisation() {
        OrganizationsQuery query = new OrganizationsQuery();
        query.setOrg(address.org());
        List<Organization> known = found(() -> client.getOrganizationsApi().findOrganizations(query));
        orgId = (known.isEmpty()
                        ? Influx.asked(() -> client.getOrganizationsApi().createOrganization(address.org()))
                        : known.get(0))
                .getId();
        return known.isEmpty();
    }

    private String orgId() {
        if (orgId == null) {
            makeOrganisation();
        }
        return String.valueOf(orgId);
    }

    /** How long a bucket keeps points, zero being for ever; empty where there is no such bucket. */
    public Optional<Duration> retention(Bucket bucket) {
        return bucket(bucket)
                .map(known -> known.getRetentionRules().stream()
                        .map(rule -> Duration.ofSeconds(rule.getEverySeconds() == null ? 0 : rule.getEverySeconds()))
                        .findFirst()
                        .orElse(Duration.ZERO));
    }

    /** Makes a bucket, or sets for how long it keeps points. */
    public void retain(Bucket bucket, Duration retention) {
        // 0 seconds is InfluxDB's word for ever; an empty list would leave what was there.
        BucketRetentionRules rule =
                new BucketRetentionRules().everySeconds((int) Math.min(Integer.MAX_VALUE, retention.toSeconds()));
        Influx.asked(() -> bucket(bucket)
                .map(known -> client.getBucketsApi().updateBucket(known.retentionRules(List.of(rule))))
                .orElseGet(() -> client.getBucketsApi().createBucket(bucket.toString(), rule, orgId())));
    }

    private Optional<com.influxdb.client.domain.Bucket> bucket(Bucket bucket) {
        BucketsQuery query = new BucketsQuery();
        query.setOrgID(orgId());
        query.setName(bucket.toString());
        return found(() -> client.getBucketsApi().findBuckets(query)).stream().findFirst();
    }

    /** A token of the organisation, without its text, which InfluxDB tells nobody but its maker. */
    public record Token(String id, String description, boolean isActive) {}

    /** All tokens whose description begins so. */
    public List<Token> tokens(String prefix) {
        return Influx.asked(() -> client.getAuthorizationsApi().findAuthorizationsByOrgID(orgId())).stream()
                .map(token -> new Token(
                        token.getId(),
                        String.valueOf(token.getDescription()),
                        token.getStatus() == AuthorizationUpdateRequest.StatusEnum.ACTIVE))
                .filter(token -> token.description().startsWith(prefix))
                .toList();
    }

    /**
     * Makes a token that can do this and nothing else.
     *
     * @param readsTasks whether it may read tasks and how they went
     */
    public Secret makeToken(String description, List<Bucket> readable, List<Bucket> writable, boolean readsTasks) {
        List<Permission> permissions = new ArrayList<>();
        if (readsTasks) {
            permissions.add(ofTasks(READ));
        }
        if (readable.contains(Bucket.MONITORING) || readable.contains(Bucket.TASKS)) {
            // InfluxDB lets whoever reads the organisation read its system buckets, and nobody else.
            permissions.add(ofOrganisation());
        }
        readable.forEach(bucket -> permissions.add(ofBucket(READ, bucket)));
        writable.forEach(bucket -> permissions.add(ofBucket(WRITE, bucket)));
        return new Secret(authorize(description, permissions, null).getToken());
    }

    /**
     * Makes another token of the same user with the same rights, at most those of who asks.
     *
     * @param id of the token it is like
     */
    public Secret makeTokenLike(String id, String description) {
        Authorization like = Influx.asked(() -> client.getAuthorizationsApi().findAuthorizationByID(id));
        return new Secret(
                authorize(description, like.getPermissions(), like.getUserID()).getToken());
    }

    /** Describes a token otherwise; one that is gone already stays so. */
    public void describeToken(String id, String description) {
        gone(() -> client.getAuthorizationsApi()
                .updateAuthorization(id, new AuthorizationUpdateRequest().description(description)));
    }

    /** Makes a token void; one that is gone already is. */
    public void voidToken(String id) {
        gone(() -> client.getAuthorizationsApi().deleteAuthorization(id));
    }

    private Authorization authorize(String description, List<Permission> permissions, @Nullable String userId) {
        AuthorizationPostRequest request =
                new AuthorizationPostRequest().orgID(orgId()).userID(userId).permissions(permissions);
        request.setDescription(description);
        return Influx.asked(() -> client.getAuthorizationsApi().createAuthorization(request));
    }

    private Permission ofOrganisation() {
        return permission(
                READ,
                new PermissionResource().type(PermissionResource.TYPE_ORGS).id(orgId()));
    }

    private Permission ofTasks(Permission.ActionEnum action) {
        return permission(
                action,
                new PermissionResource().type(PermissionResource.TYPE_TASKS).orgID(orgId()));
    }

    private Permission ofBucket(Permission.ActionEnum action, Bucket bucket) {
        String id = bucket(bucket)
                .orElseThrow(() -> new InfluxUnavailableException(
                        NOT_FOUND, "it has no bucket " + bucket + " in organisation " + address.org()))
                .getId();
        return permission(
                action,
                new PermissionResource()
                        .type(PermissionResource.TYPE_BUCKETS)
                        .id(id)
                        .orgID(orgId()));
    }

    private static Permission permission(Permission.ActionEnum action, PermissionResource resource) {
        return new Permission().action(action).resource(resource);
    }

    /** Keeps a secret, under a name by which tasks find it. InfluxDB tells none, so it is given the same one each time. */
    public void keepSecret(String name, Secret secret) {
        Influx.asked(() -> {
            client.getOrganizationsApi().putSecrets(Map.of(name, secret.text()), orgId());
            return name;
        });
    }

    /** A task as InfluxDB has it. */
    public record Task(String id, String name, String flux, boolean isActive) {}

    /**
     * The user that owns tasks, made an owner of the organisation where it is not: InfluxDB runs tasks with the rights of
     * their owner and lets nobody less write a bucket.
     *
     * @return its id
     */
    public String owner(String name) {
        String id = user(name)
                .orElseGet(() -> Influx.asked(() -> client.getUsersApi().createUser(name)))
                .getId();
        boolean owns = Influx.asked(() -> client.getOrganizationsApi().getOwners(orgId())).stream()
                .anyMatch(owner -> id.equals(owner.getId()));
        if (!owns) {
            Influx.asked(() -> client.getOrganizationsApi().addOwner(id, orgId()));
        }
        return id;
    }

    private Optional<User> user(String name) {
        return found(() -> {
                    try {
                        Response<Users> answer = client.getService(UsersService.class)
                                .getUsers(null, null, null, null, name, null)
                                .execute();
                        Users users = answer.body();
                        if (users == null) {
                            throw new InfluxException(answer);
                        }
                        return users.getUsers();
                    } catch (IOException e) {
                        throw new InfluxException(e);
                    }
                })
                .stream()
                .findFirst();
    }

    /** The tasks that belong to a user. */
    public List<Task> tasks(String ownerId) {
        TasksQuery query = new TasksQuery();
        query.setUser(ownerId);
        return tasks(query);
    }

    /** All tasks of the organisation that the token may read. */
    public List<Task> tasks() {
        return tasks(new TasksQuery());
    }

    private List<Task> tasks(TasksQuery query) {
        query.setOrgID(orgId());
        query.setLimit(MOST_TASKS);
        return Influx.asked(() -> client.getTasksApi().findTasks(query)).stream()
                .map(task -> new Task(
                        task.getId(), task.getName(), task.getFlux(), task.getStatus() == TaskStatusType.ACTIVE))
                .toList();
    }

    public void removeTask(String id) {
        gone(() -> client.getTasksApi().deleteTask(id));
    }

    /** Gives a task its script back, and lets it run. */
    public void setTask(String id, String flux) {
        Influx.asked(() -> client.getTasksApi()
                .updateTask(id, new TaskUpdateRequest().flux(flux).status(TaskStatusType.ACTIVE)));
    }

    /** Makes tasks that belong to a user. A task belongs to whom its maker's token belongs to: the user has one for a moment. */
    public void makeTasks(String ownerId, List<String> scripts) {
        Authorization token = authorize(
                "plantbuddy tasks, while they are made",
                List.of(ofOrganisation(), ofTasks(READ), ofTasks(WRITE)),
                ownerId);
        try (Management owner = as(new Secret(token.getToken()))) {
            owner.orgId = orgId();
            owner.makeTasks(scripts);
        } finally {
            voidToken(token.getId());
        }
    }

    /** Makes tasks that belong to whom this token belongs to. */
    public void makeTasks(List<String> scripts) {
        for (String flux : scripts) {
            Influx.asked(() -> client.getTasksApi()
                    .createTask(
                            new TaskCreateRequest().orgID(orgId()).flux(flux).status(TaskStatusType.ACTIVE)));
        }
    }

    private static <T> List<T> found(Supplier<List<T>> question) {
        try {
            return Influx.asked(question);
        } catch (InfluxUnavailableException e) {
            if (e.status() == NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    private static void gone(Runnable deletion) {
        found(() -> {
            deletion.run();
            return List.of();
        });
    }

    @Override
    public void close() {
        client.close();
    }
}
