import { Checkbox, type CheckboxGroupProps } from '@mantine/core';
import { useSpeech } from '@/words/speech';

const ROLES = ['administrator', 'accountant', 'approver', 'signer', 'viewer'] as const;

/** What somebody may do, each role with what it opens. */
export function RoleChoice(props: Omit<CheckboxGroupProps, 'children'>) {
  const { t } = useSpeech();
  return (
    <Checkbox.Group label={t('settings.roles')} {...props}>
      <div className="two role-choice">
        {ROLES.map((role) => (
          <Checkbox
            key={role}
            value={role}
            label={t(`settings.role.${role}`)}
            description={t(`settings.role_opens.${role}`)}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}
